// The measure of grids, on images whose grid is known.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/grid.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "tests/support/images.h"

namespace ganvas {
namespace {

double energy(const Tensor& image) {
  return grid_energy(image).value();
}

/// [1, 160, 240] of period `period`: one light pixel in each, down and across.
Tensor lattice(int64_t period) {
  const auto rows = at::arange(160).remainder(period).eq(0).view({160, 1});
  const auto columns = at::arange(240).remainder(period).eq(0);
  return rows.logical_and(columns).to(at::kFloat).unsqueeze(0);
}

TEST(GridEnergy, IsAboutOneForNoiseAndPhotographs) {
  seed_torch(1);
  EXPECT_NEAR(energy(at::rand({3, 480, 480}) * 2 - 1), 1, 0.08);
  std::vector<double> all;
  for (const auto& entry : fs::directory_iterator(GANVAS_PHOTOGRAPHS "/train/daisy")) {
    all.push_back(energy(to_tensor(read_image(entry.path()), 3)));
    EXPECT_GT(all.back(), 0.6) << entry.path();
    EXPECT_LT(all.back(), 1.4) << entry.path();
  }
  EXPECT_FALSE(all.empty());
}

TEST(GridEnergy, SeesLatticesOfItsPeriodsAlone) {
  seed_torch(2);
  const auto noise = at::rand({1, 160, 240}) - 0.5;
  const double none = energy(noise);
  for (const int64_t period : {2, 4, 8})
    EXPECT_GT(energy(noise + 0.2 * static_cast<double>(period) * lattice(period)), 1.5 * none)
        << period;
  EXPECT_NEAR(energy(noise + 0.3 * lattice(5)), none, 0.1 * none);
  // What sub-pixels that do not know of each other leave: noise whose strength is periodic.
  const auto strength = 1 + 0.5 * lattice(4);
  EXPECT_NEAR(energy(noise * strength), none, 0.15 * none) << "strength alone is no line";
}

TEST(GridEnergy, SmallAndFlatImagesHaveNone) {
  EXPECT_FALSE(grid_energy(at::rand({3, 63, 200})));
  EXPECT_FALSE(grid_energy(at::zeros({3, 160, 240})));
  EXPECT_TRUE(grid_energy(at::rand({1, 64, 64})));
}

}  // namespace
}  // namespace ganvas
