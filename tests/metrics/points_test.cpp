// What points are worth, against counts by hand and known values.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/points.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ganvas
