// Distances of sets, against sums by hand and a law's own repeat.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/distribution.h"

#include <cmath>

#include <ATen/ops/cat.h>
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

/// Two sets of vectors that NumPy makes too.
struct TwoSets {
  Tensor f = at::empty({60, 6}, at::kDouble), g = at::empty({45, 6}, at::kDouble);

  TwoSets() {
    for (int64_t i = 0; i < 60; ++i) {
      for (int64_t j = 0; j < 6; ++j) {
        const double x = i, y = j;
        f[i][j] = std::sin(1.7 * x + 2.3 * y + 0.01 * x * y);
        if (i < 45) g[i][j] = 1.1 * std::sin(1.6 * x + 2.3 * y + 0.013 * x * y) + 0.05 * y;
      }
    }
  }
};

TEST(FrechetDistance, IsThatOfScipy) {
  const TwoSets sets;
  EXPECT_NEAR(frechet_distance(sets.f, sets.g), 0.170702848530,
              1e-9);  // numpy.cov, scipy.linalg.sqrtm
  EXPECT_NEAR(frechet_distance(sets.f, sets.f), 0, 1e-9);
  EXPECT_NEAR(frechet_distance(sets.f, sets.f + 2), 6 * 4, 1e-9);
}

TEST(FrechetDistance, OfFewerImagesThanFeaturesIsStillANumber) {
  const RandomStateScope keep;
  seed_torch(3);
  EXPECT_GT(frechet_distance(at::randn({5, 40}), at::randn({7, 40})), 0);
}

TEST(PrecisionAndRecall, AreThoseOfNumpy) {
  const TwoSets sets;
  const auto both = precision_and_recall(sets.g, sets.f);
  EXPECT_NEAR(both.precision, 0.955555555556, 1e-9);
  EXPECT_NEAR(both.recall, 1.000000000000, 1e-9);
}

TEST(PrecisionAndRecall, TellLostModesFromInventedOnes) {
  const RandomStateScope keep;
  seed_torch(3);
  const auto mode = at::randn({200, 4}), other = at::randn({200, 4}) + 20;
  const auto both = at::cat({mode, other});
  const auto lost = precision_and_recall(at::randn({200, 4}), both),
             invented = precision_and_recall(both, at::randn({200, 4}));
  EXPECT_GT(lost.precision, 0.8);
  EXPECT_LT(lost.recall, 0.55);
  EXPECT_LT(invented.precision, 0.55);
  EXPECT_GT(invented.recall, 0.8);
}

TEST(KernelDistances, AreOfSubsetsAndRepeat) {
  const TwoSets sets;
  const auto some = kernel_distances(sets.f, sets.g, 5, 20, 1);
  EXPECT_EQ(some.size(), 5U);
  EXPECT_NE(some[0], some[1]);
  EXPECT_EQ(some, kernel_distances(sets.f, sets.g, 5, 20, 1));
  const auto whole = kernel_distances(sets.f.narrow(0, 0, 45), sets.g, 1, 45, 1);
  EXPECT_NEAR(whole[0], kernel_distance(sets.f.narrow(0, 0, 45), sets.g), 1e-9);
}

}  // namespace
}  // namespace ganvas
