// Distances of sets, against sums by hand and a law's own repeat.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/distribution.h"

#include <cmath>

#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/random.h"

namespace ganvas {
namespace {

TEST(KernelDistance, IsTheSumOfItsFormula) {
  // k(1, 2) = 27, k(0, 3) = 1; k(1, 0) = 1, k(1, 3) = 64, k(2, 0) = 1, k(2, 3) = 343
  const auto f = at::tensor({1.0F, 2.0F}).view({2, 1}), g = at::tensor({0.0F, 3.0F}).view({2, 1});
  EXPECT_NEAR(kernel_distance(f, g), 27 + 1 - 2 * (1 + 64 + 1 + 343) / 4.0, 1e-12);
}

TEST(KernelDistance, IsNearZeroForOneLawAndGrowsWithAShift) {
  const RandomStateScope keep;
  seed_torch(3);
  const auto f = at::randn({500, 8}), g = at::randn({500, 8});
  EXPECT_NEAR(kernel_distance(f, g), 0, 0.02);
  EXPECT_GT(kernel_distance(f, g + 0.5), 0.05);
  EXPECT_GT(kernel_distance(f, g + 1), kernel_distance(f, g + 0.5));
}

TEST(KernelDistance, RefusesSetsThatCannotBeCompared) {
  EXPECT_THROW(kernel_distance(at::randn({1, 3}), at::randn({5, 3})), Error);
  EXPECT_THROW(kernel_distance(at::randn({5, 3}), at::randn({5, 4})), Error);
}

}  // namespace
}  // namespace ganvas
