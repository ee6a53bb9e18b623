// Convolutions as products of matrices against direct ones in double precision.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/gemm_conv.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/randn_like.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/core/random.h"
#include "tests/support/close.h"
#include "tests/support/convolutions.h"

namespace ganvas::kernels {
namespace {

constexpr double kMostError = 3e-5;
constexpr double kMostErrorInBf16 = 2e-2;

void expect_direct_numbers(const ConvCase& c, double most_error) {
  SCOPED_TRACE(testing::Message() << c);
  const auto numbers = ConvLeaves::of(c);
  const auto fast = numbers.learning(at::kFloat), exact = numbers.learning(at::kDouble);
  const auto y = gemm_conv(fast.x, fast.weight, fast.bias, c.window, c.way);
  const auto expected = direct(exact, c);
  ASSERT_EQ(y.sizes(), expected.sizes());
  EXPECT_LE(relative_error(y, expected), most_error);
  const auto dy = at::randn_like(expected);
  const auto got = torch::autograd::grad({y}, fast.all(), {dy.to(y.scalar_type())});
  const auto wanted = torch::autograd::grad({expected}, exact.all(), {dy});
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_LE(relative_error(got[i], wanted[i]), most_error) << "gradient " << i;
  }
}

TEST(GemmConv, EqualsDirectConvolutionOnEveryWindowAndSide) {
  seed_torch(7);
  for (const auto way : {ConvWay::kPlain, ConvWay::kTransposed}) {
    for (const Window window : {Window{4, 2, 1}, {3, 1, 1}, {5, 3, 0}, {1, 1, 0}, {2, 3, 1}}) {
      for (const int64_t side : {5, 6, 7, 8, 11}) {
        expect_direct_numbers({2, 3, 5, side, 9, window, way}, kMostError);
        expect_direct_numbers({1, 7, 2, 6, side, window, way}, kMostError);
      }
    }
    expect_direct_numbers({1, 512, 256, 4, 4, {4, 2, 1}, way}, kMostError);
    expect_direct_numbers({3, 64, 128, 16, 10, {4, 2, 1}, way}, kMostError);
  }
  expect_direct_numbers({1, 512, 512, 1, 1, {4, 2, 1}, ConvWay::kTransposed}, kMostError);
}

TEST(GemmConv, UnderAutocastIsBf16AndNear) {
  seed_torch(7);
  const PrecisionScope precision({.device = at::kCPU, .precision = Precision::kBf16, .threads = 2});
  for (const auto way : {ConvWay::kPlain, ConvWay::kTransposed}) {
    for (const int64_t side : {2, 10}) {  // so few positions that it is done in fp32, and many
      const ConvCase c{1, 64, 96, side, side, {4, 2, 1}, way};
      const auto leaves = ConvLeaves::of(c).learning(at::kFloat);
      EXPECT_EQ(gemm_conv(leaves.x, leaves.weight, leaves.bias, c.window, way).scalar_type(),
                at::kBFloat16);
      expect_direct_numbers(c, kMostErrorInBf16);
    }
  }
}

TEST(GemmConv, GradientsOfGradientsAreTorchs) {
  seed_torch(7);
  for (const auto way : {ConvWay::kPlain, ConvWay::kTransposed}) {
    const ConvCase c{2, 6, 5, 6, 8, {4, 2, 1}, way};
    const auto numbers = ConvLeaves::of(c);
    std::vector<Tensor> found;
    for (const auto type : {at::kFloat, at::kDouble}) {
      const auto leaves = numbers.learning(type);
      const auto y = type == at::kFloat
                         ? gemm_conv(leaves.x, leaves.weight, leaves.bias, c.window, way)
                         : direct(leaves, c);
      const auto dx = torch::autograd::grad({y.square().sum()}, {leaves.x}, {}, {},
                                            /*create_graph=*/true)[0];
      found.push_back(torch::autograd::grad({dx.square().sum()}, {leaves.weight})[0]);
    }
    EXPECT_LE(relative_error(found[0], found[1]), 1e-4);
  }
}

TEST(GemmConv, WinsWhereWeightsOutnumberPositionsAndNeverWhenOff) {
  const Window halving{4, 2, 1};
  const auto deep = at::ones({1, 512, 8, 8}), wide = at::ones({1, 64, 128, 128});
  const auto many = at::ones({512, 512, 4, 4}), few = at::ones({128, 64, 4, 4});
  EXPECT_TRUE(gemm_wins(deep, many, halving, ConvWay::kPlain));
  EXPECT_FALSE(gemm_wins(wide, few, halving, ConvWay::kPlain));
  EXPECT_FALSE(gemm_wins(at::ones({1, 512, 1, 1}), many, halving, ConvWay::kPlain));  // no place
  set_up_machine({.device = "cpu", .precision = "fp32", .threads = 2, .kernels = "torch"},
                 Work::kInference);
  EXPECT_FALSE(gemm_wins(deep, many, halving, ConvWay::kPlain));
  set_up_machine({.device = "cpu", .precision = "fp32", .threads = 2}, Work::kInference);
}

TEST(GemmConv, RefusesMapsThatDoNotFit) {
  EXPECT_THROW(
      gemm_conv(at::ones({1, 3, 8, 8}), at::ones({4, 5, 4, 4}), {}, {4, 2, 1}, ConvWay::kPlain),
      Error);
  EXPECT_THROW(
      gemm_conv(at::ones({1, 3, 2, 2}), at::ones({4, 3, 5, 5}), {}, {5, 2, 1}, ConvWay::kPlain),
      Error);
}

}  // namespace
}  // namespace ganvas::kernels
