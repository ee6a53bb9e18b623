// Winograd's convolutions against direct ones in double precision.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/winograd.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn_like.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/error.h"
#include "tests/support/close.h"
#include "tests/support/convolutions.h"
#include "tests/support/instruction_sets.h"

namespace ganvas::kernels {
namespace {

constexpr double kMostError = 3e-5;

struct Case {
  int64_t batch, in, out, height, width, padding;
  Edge edge;
  int64_t taps = 3;

  ConvCase plain() const { return {batch, in, out, height, width, {taps, 1, padding, edge}}; }
};

void expect_direct_numbers(const Case& c) {
  SCOPED_TRACE(testing::Message() << instructions() << " " << c.plain());
  const auto numbers = ConvLeaves::of(c.plain());
  const auto fast = numbers.learning(at::kFloat), exact = numbers.learning(at::kDouble);
  KeptFilters kept;
  const auto y = winograd_conv(fast.x, fast.weight, fast.bias, c.padding, c.edge, kept);
  const auto expected = direct(exact, c.plain());
  ASSERT_EQ(y.sizes(), expected.sizes());
  EXPECT_LE(relative_error(y, expected), kMostError);
  const auto dy = at::randn_like(expected);
  const auto got =
      torch::autograd::grad({y}, {fast.x, fast.weight, fast.bias}, {dy.to(at::kFloat)});
  const auto wanted = torch::autograd::grad({expected}, {exact.x, exact.weight, exact.bias}, {dy});
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_LE(relative_error(got[i], wanted[i]), kMostError) << "gradient " << i;
  }
  const c10::NoGradGuard no_gradients;
  EXPECT_TRUE(winograd_conv(fast.x, fast.weight, fast.bias, c.padding, c.edge, kept).equal(y));
}

class Winograd : public OnEachInstructionSet {};

INSTANTIATE_TEST_SUITE_P(Sets, Winograd, instruction_sets());

TEST_P(Winograd, EqualsDirectConvolutionOnEverySideAndRemainder) {
  for (const int64_t side : {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14}) {
    expect_direct_numbers({2, 16, 32, side, 13, 1, Edge::kZero});
    if (side > 1) expect_direct_numbers({1, 32, 16, side, 10, 1, Edge::kReflect});
    if (side > 2) expect_direct_numbers({1, 16, 16, 9, side, 0, Edge::kZero});
    if (side > 1) expect_direct_numbers({2, 16, 32, side, 13, 1, Edge::kZero, 4});
    if (side > 3) expect_direct_numbers({1, 32, 16, 10, side, 0, Edge::kZero, 4});
    expect_direct_numbers({1, 16, 16, side, 5, 3, Edge::kZero, 4});
  }
}

TEST_P(Winograd, EqualsDirectConvolutionOnManyChannelsAndTiles) {
  expect_direct_numbers({1, 48, 80, 17, 31, 1, Edge::kZero});
  expect_direct_numbers({3, 144, 16, 12, 12, 1, Edge::kReflect});
  expect_direct_numbers({1, 64, 64, 130, 70, 1, Edge::kZero});
  expect_direct_numbers({1, 256, 256, 64, 64, 1, Edge::kReflect});
  expect_direct_numbers({1, 48, 80, 17, 31, 1, Edge::kZero, 4});
  expect_direct_numbers({1, 256, 512, 32, 32, 1, Edge::kZero, 4});
}

TEST_P(Winograd, GradientsOfGradientsAreTorchs) {
  for (const auto edge : {Edge::kZero, Edge::kReflect}) {
    const Case c{1, 16, 16, 6, 7, 1, edge};
    const auto numbers = ConvLeaves::of(c.plain());
    std::vector<Tensor> found;
    for (const auto type : {at::kFloat, at::kDouble}) {
      const auto leaves = numbers.learning(type);
      KeptFilters kept;
      const auto y = type == at::kFloat
                         ? winograd_conv(leaves.x, leaves.weight, leaves.bias, 1, edge, kept)
                         : direct(leaves, c.plain());
      const auto dx = torch::autograd::grad({y.square().sum()}, {leaves.x}, {}, {},
                                            /*create_graph=*/true)[0];
      found.push_back(torch::autograd::grad({dx.square().sum()}, {leaves.weight})[0]);
    }
    EXPECT_LE(relative_error(found[0], found[1]), 1e-4);
  }
}

TEST(Winograd, KeptFiltersFollowTheWeights) {
  const Case c{1, 16, 16, 8, 8, 1, Edge::kZero};
  const auto numbers = ConvLeaves::of(c.plain());
  const c10::NoGradGuard no_gradients;
  KeptFilters kept;
  winograd_conv(numbers.x, numbers.weight, numbers.bias, 1, c.edge, kept);
  numbers.weight.mul_(2);
  const auto y = winograd_conv(numbers.x, numbers.weight, numbers.bias, 1, c.edge, kept);
  EXPECT_LE(relative_error(y, direct(numbers, c.plain())), kMostError);
  const auto another = at::rand_like(numbers.weight);
  EXPECT_LE(relative_error(winograd_conv(numbers.x, another, {}, 1, c.edge, kept),
                           direct({numbers.x, another, {}}, c.plain())),
            kMostError);
}

TEST(Winograd, EqualBitsForAnyNumberOfThreads) {
  const auto numbers = ConvLeaves::of({2, 32, 48, 21, 30, {3, 1, 1}});
  const int before = at::get_num_threads();
  std::vector<std::vector<Tensor>> found;
  for (const int threads : {1, 2, 3, 2}) {
    at::set_num_threads(threads);
    const auto leaves = numbers.learning(at::kFloat);
    KeptFilters kept;
    const auto y = winograd_conv(leaves.x, leaves.weight, {}, 1, Edge::kZero, kept);
    found.push_back(torch::autograd::grad({y.square().sum()}, {leaves.x, leaves.weight}));
  }
  at::set_num_threads(before);
  for (const auto& gradients : found) {
    EXPECT_TRUE(gradients[0].equal(found[0][0]));
    EXPECT_TRUE(gradients[1].equal(found[0][1]));
  }
}

TEST(Winograd, RefusesOtherShapes) {
  KeptFilters kept;
  const auto conv = [&](at::IntArrayRef x, at::IntArrayRef weight, int64_t padding, Edge edge) {
    return winograd_conv(at::rand(x), at::rand(weight), {}, padding, edge, kept);
  };
  EXPECT_THROW(conv({1, 16, 8, 8}, {16, 32, 3, 3}, 1, Edge::kZero), Error);
  EXPECT_THROW(conv({1, 16, 8, 8}, {20, 16, 3, 3}, 1, Edge::kZero), Error);
  EXPECT_THROW(conv({1, 16, 8, 8}, {16, 16, 5, 5}, 1, Edge::kZero), Error);
  EXPECT_THROW(conv({1, 16, 2, 8}, {16, 16, 3, 3}, 0, Edge::kZero), Error);
  EXPECT_THROW(conv({1, 16, 8, 1}, {16, 16, 3, 3}, 1, Edge::kReflect), Error);
  EXPECT_THROW(conv({16, 8, 8}, {16, 16, 3, 3}, 1, Edge::kZero), Error);
}

}  // namespace
}  // namespace ganvas::kernels
