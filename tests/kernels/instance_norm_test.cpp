// The norm in one pass against its formula in double precision.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/instance_norm.h"

#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/error.h"
#include "tests/support/instruction_sets.h"

namespace ganvas::kernels {
namespace {

/// What a norm is given: x, weight, bias, added; the last three may be undefined.
using Given = std::vector<Tensor>;

Tensor formula(const Given& given, After after) {
  const auto &x = given[0], &weight = given[1], &bias = given[2], &added = given[3];
  const std::vector<int64_t> sides{2, 3};
  const auto centred = x - x.mean(sides, true);
  auto y = centred / (centred.square().mean(sides, true) + 1e-5).sqrt();
  if (weight.defined()) y = y * weight.view({1, -1, 1, 1}) + bias.view({1, -1, 1, 1});
  y = at::leaky_relu(y, after.slope);
  return added.defined() ? y + added : y;
}

Given leaves_of(const Given& numbers, at::ScalarType type) {
  Given leaves;
  for (const auto& t : numbers) {
    leaves.push_back(t.defined() ? t.to(type).detach().clone().requires_grad_() : Tensor());
  }
  return leaves;
}

std::vector<Tensor> defined_ones(const Given& given) {
  std::vector<Tensor> all;
  for (const auto& t : given) {
    if (t.defined()) all.push_back(t);
  }
  return all;
}

double largest_difference(const Tensor& got, const Tensor& expected) {
  return (got - expected).abs().max().item<double>();
}

/// type: of the maps; weights are fp32
void expect_formula(Given numbers, After after, double most, at::ScalarType type = at::kFloat) {
  const auto rounded = [&](const Tensor& t) { return t.defined() ? t.to(type) : t; };
  numbers[0] = rounded(numbers[0]);
  numbers[3] = rounded(numbers[3]);
  auto fast = leaves_of(numbers, at::kFloat);
  const auto exact = leaves_of(numbers, at::kDouble);
  for (const size_t map : {0, 3}) {
    if (fast[map].defined()) fast[map] = fast[map].detach().to(type).requires_grad_();
  }
  const auto y = fused_instance_norm(fast[0].contiguous(at::MemoryFormat::ChannelsLast), fast[1],
                                     fast[2], after, fast[3]);
  const auto expected = formula(exact, after);
  EXPECT_LE(largest_difference(y, expected), most);
  const auto dy = at::randn_like(expected).to(type).to(at::kDouble);
  const auto got = torch::autograd::grad({y}, defined_ones(fast), {dy.to(type)});
  const auto wanted = torch::autograd::grad({expected}, defined_ones(exact), {dy});
  for (size_t i = 0; i < got.size(); ++i) {
    const double scale = std::max(1.0, wanted[i].abs().max().item<double>());
    EXPECT_LE(largest_difference(got[i], wanted[i]) / scale, most) << "gradient " << i;
  }
}

class FusedNorm : public OnEachInstructionSet {};

INSTANTIATE_TEST_SUITE_P(Sets, FusedNorm, instruction_sets());

TEST_P(FusedNorm, EqualsItsFormulaWithAllThatMayFollow) {
  const auto x = at::randn({2, 32, 11, 13}), added = at::randn_like(x);
  const auto weight = at::randn({32}), bias = at::randn({32});
  for (const auto after : {After::kNothing, After::kRelu, After{0.2}}) {
    expect_formula({x, {}, {}, {}}, after, 1e-5);
    expect_formula({x, weight, bias, {}}, after, 1e-5);
    expect_formula({x, {}, {}, added}, after, 1e-5);
    expect_formula({x, weight, bias, added}, after, 1e-5);
  }
  expect_formula({at::randn({1, 16, 1, 2}), {}, {}, {}}, After::kNothing, 1e-3);
}

// Numbers up to 8 have steps of 2^-5 there.
TEST_P(FusedNorm, EqualsItsFormulaOnMapsInBf16) {
  const auto x = at::randn({2, 32, 11, 13}) * 3 + 1, added = at::randn_like(x);
  const auto weight = at::randn({32}), bias = at::randn({32});
  expect_formula({x, {}, {}, {}}, After::kRelu, 0x1p-6, at::kBFloat16);
  expect_formula({x, {}, {}, {}}, {0.2}, 0x1p-6, at::kBFloat16);
  expect_formula({x, weight, bias, added}, After::kNothing, 0x1p-5, at::kBFloat16);
}

// One sum of squares less the square of a sum would lose all its digits here.
TEST_P(FusedNorm, KeepsItsDigitsFarFromZero) {
  expect_formula({at::randn({1, 16, 40, 40}) + 1000, {}, {}, {}}, After::kRelu, 1e-3);
}

TEST(FusedNorm, RefusesMapsOfOnePixelAndGradientsOfGradients) {
  const auto one = at::randn({2, 16, 1, 1}).contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_THROW(fused_instance_norm(one, {}, {}, After::kNothing, {}), Error);
  const auto x =
      at::randn({1, 16, 4, 4}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
  const auto y = fused_instance_norm(x, {}, {}, After::kNothing, {});
  EXPECT_THROW(torch::autograd::grad({y.square().sum()}, {x}, {}, {}, /*create_graph=*/true),
               Error);
}

}  // namespace
}  // namespace ganvas::kernels
