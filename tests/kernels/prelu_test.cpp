// The parametric ReLU in one pass against torch's, in double precision.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/prelu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/randn.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/support/close.h"
#include "tests/support/instruction_sets.h"

namespace ganvas::kernels {
namespace {

constexpr double kSlope = 0.25;  // exact in both precisions, as the maps below are

struct Found {
  Tensor y, dx, dslope;
};

template <typename Prelu>
Found found(const Tensor& x, const Tensor& dy, at::ScalarType slope_type, const Prelu& prelu) {
  const auto leaf = x.detach().clone(at::MemoryFormat::Preserve).requires_grad_();
  const auto slope = at::full({1}, kSlope, at::TensorOptions().dtype(slope_type)).requires_grad_();
  const auto y = prelu(leaf, slope);
  const auto gradients = torch::autograd::grad({y}, {leaf, slope}, {dy});
  return {y, gradients[0], gradients[1]};
}

void expect_torchs_numbers(const Tensor& x, const Tensor& dy, Tolerance tolerance) {
  const auto got = found(x, dy, at::kFloat, fused_prelu);
  const auto wanted = found(x.to(at::kDouble), dy.to(at::kDouble), at::kDouble,
                            [](const Tensor& a, const Tensor& b) { return at::prelu(a, b); });
  EXPECT_EQ(got.y.scalar_type(), x.scalar_type());
  EXPECT_EQ(got.y.strides(), x.strides());
  EXPECT_TRUE(close(got.y, wanted.y, tolerance));
  EXPECT_TRUE(close(got.dx, wanted.dx, tolerance));
  EXPECT_TRUE(close(got.dslope, wanted.dslope, kNetwork));  // a sum of many
}

class Prelu : public OnEachInstructionSet {};

INSTANTIATE_TEST_SUITE_P(Sets, Prelu, instruction_sets());

TEST_P(Prelu, EqualsTorchsInEveryOrderAndPrecision) {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto tolerance = type == at::kFloat ? kOneOperation : Tolerance{1e-6, 4e-3};
    for (const int64_t side : {1, 4, 70}) {  // less than a span, and several with a rest
      const auto x = at::randn({2, 16, side, side}).to(type), dy = at::randn(x.sizes()).to(type);
      expect_torchs_numbers(x, dy, tolerance);
      const auto last = x.contiguous(at::MemoryFormat::ChannelsLast);
      expect_torchs_numbers(last, dy, tolerance);  // the gradient comes in another order
    }
  }
}

TEST(Prelu, EqualBitsForAnyNumberOfThreads) {
  seed_torch(7);
  const auto x = at::randn({1, 16, 61, 53}), dy = at::randn(x.sizes());
  const int before = at::get_num_threads();
  std::vector<Tensor> slopes;
  for (const int threads : {1, 3}) {
    at::set_num_threads(threads);
    slopes.push_back(found(x, dy, at::kFloat, fused_prelu).dslope);
  }
  at::set_num_threads(before);
  EXPECT_TRUE(slopes[0].equal(slopes[1]));
}

TEST(Prelu, HasAGradientOfItsGradient) {
  seed_torch(7);
  const auto x = at::randn({1, 16, 3, 3}).requires_grad_();
  const auto slope = at::full({1}, kSlope).requires_grad_();
  const auto second = [&](const Tensor& y) {
    const auto dx = torch::autograd::grad({y.square().sum()}, {x}, {}, {}, /*create_graph=*/true);
    return torch::autograd::grad({dx[0].square().sum()}, {slope})[0];
  };
  EXPECT_TRUE(close(second(fused_prelu(x, slope)), second(at::prelu(x, slope)), kOneOperation));
}

TEST(Prelu, TakesOnlyMapsThatFillTheirMemory) {
  const auto x = at::ones({1, 16, 8, 8});
  EXPECT_TRUE(prelu_can_be_fused(x));
  EXPECT_FALSE(prelu_can_be_fused(x.narrow(3, 0, 4)));
  EXPECT_FALSE(prelu_can_be_fused(x.to(at::kDouble)));
  EXPECT_FALSE(prelu_can_be_fused(at::ones({1, 3, 3, 3})));
}

}  // namespace
}  // namespace ganvas::kernels
