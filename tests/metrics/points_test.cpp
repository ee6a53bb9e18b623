// What points are worth, against counts by hand and known values.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/points.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"

namespace ganvas {
namespace {

TEST(PointFigures, ModesAndGoodPointsAreCountedByHand) {
  const Modes modes{at::tensor({0.0, 0.0, 10.0, 0.0, 0.0, 10.0}, at::kDouble).view({3, 2}), 1};
  const auto points =
      at::tensor({0.1, 0.1, 2.9, 0.0, 3.1, 0.0, 10.0, 2.0, 5.0, 5.0}, at::kDouble).view({5, 2});
  const auto coverage = mode_coverage(points, modes);
  EXPECT_EQ(coverage.modes, 2);
  EXPECT_DOUBLE_EQ(coverage.good, 3.0 / 5);
  EXPECT_EQ(mode_coverage(points + 100, modes).modes, 0);
}

TEST(PointFigures, EnergyDistanceIsZeroForOneLawAndGrowsWithDistance) {
  const KeepTorchRandom keep;
  seed_torch(1);
  const auto x = at::randn({2000, 2}), y = at::randn({2000, 2});
  EXPECT_NEAR(energy_distance(x, y), 0, 0.01);
  // Two points masses at distance d: 2 d - 0 - 0.
  EXPECT_NEAR(energy_distance(at::zeros({5, 2}), at::zeros({4, 2}) + 3), 2 * 3 * std::sqrt(2.0),
              1e-12);
  EXPECT_GT(energy_distance(x, y + 1), energy_distance(x, y + 0.5));
}

}  // namespace
}  // namespace ganvas
