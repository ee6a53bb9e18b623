// What replaces torch's own operations on a GPU computes the same, which the processor shows too.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/channels_last.h"

#include <ATen/ops/instance_norm.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/reflection_pad2d.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/support/close.h"

namespace ganvas::kernels {
namespace {

Tensor map_of(at::IntArrayRef shape) {
  return at::rand(shape).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
}

void expect_same(const Tensor& x, const Tensor& mine, const Tensor& expected) {
  EXPECT_TRUE(close(mine, expected, {1e-5, 1e-5}));
  EXPECT_TRUE(mine.is_contiguous(at::MemoryFormat::ChannelsLast));
  const auto seen = at::rand(mine.sizes());
  const auto gradient = [&](const Tensor& y) { return torch::autograd::grad({y}, {x}, {seen})[0]; };
  EXPECT_TRUE(close(gradient(mine), gradient(expected), {1e-4, 1e-4}));
}

TEST(ChannelsLast, PaddingMirrorsAsTorchsDoes) {
  for (const int64_t padding : {1, 2, 3}) {
    const auto x = map_of({2, 5, 4, 7});
    const std::vector<int64_t> rim(4, padding);
    expect_same(x, channels_last_reflection_pad(x, padding), at::reflection_pad2d(x, rim));
  }
}

TEST(ChannelsLast, EachImageIsNormalisedByItself) {
  for (const int64_t count : {1, 3}) {
    const auto x = map_of({count, 5, 4, 7});
    const auto weight = at::rand({5}), bias = at::rand({5});
    expect_same(x, channels_last_instance_norm(x, weight, bias, 1e-5),
                at::instance_norm(x, weight, bias, {}, {}, true, 0.1, 1e-5, true));
  }
}

}  // namespace
}  // namespace ganvas::kernels
