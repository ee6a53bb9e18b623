// Projection: cells keep their means to the level, the rest is left alone, and nothing gets worse.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/project.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/randn_like.h>

#include "ganvas/image/convert.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"
#include "tests/support/close.h"

namespace ganvas {
namespace {

class Projections : public testing::TestWithParam<int> {};

TEST_P(Projections, CellsKeepTheirSumsAndNothingGetsWorse) {
  Random random(static_cast<uint64_t>(GetParam()));
  seed_torch(static_cast<uint64_t>(GetParam()));
  const int64_t height = random.integer(20, 50), width = random.integer(20, 50);
  const double top = GetParam() % 2 == 0 ? 255 : 65535;
  const auto on_levels = [&](const Tensor& t) {
    return ((t.to(at::kDouble) + 1) / 2 * top).round();
  };
  Mosaic m;
  m.grid = {random.integer(2, 9), random.integer(2, 9), 0, 0};
  m.grid.phase_x = random.integer(0, m.grid.cell_width - 1);
  m.grid.phase_y = random.integer(0, m.grid.cell_height - 1);
  m.mask = cells_of_region(random_blob(height, width, 0.6, random), m.grid);
  // Many numbers at the ends of the range, where a plain shift would leave it.
  const auto truth = (at::rand({3, height, width}) * 4 - 2).clamp(-1, 1);
  const auto guess = (truth + 0.4 * at::randn_like(truth)).clamp(-1, 1);
  const auto means = cell_means(truth, m.grid);
  const auto held = project_cells(guess, means, m, top);

  const auto outside = m.mask.lt(0.5).expand_as(guess);
  EXPECT_TRUE(held.masked_select(outside).equal(guess.masked_select(outside)));
  const auto inside = m.mask.gt(0.5).expand_as(guess);
  const auto levels = (held.to(at::kDouble) + 1) / 2 * top;
  EXPECT_LT((levels - on_levels(held)).masked_select(inside).abs().max().item<double>(), 0.01);
  EXPECT_LE(held.abs().max().item<double>(), 1);
  const auto off =
      spread_cells(cell_means(held.to(at::kDouble), m.grid) - means, m.grid, height, width);
  EXPECT_LE(off.masked_select(inside).abs().max().item<double>() / 2 * top, 0.5);
  const auto error = [&](const Tensor& t) {
    return (t - truth).masked_select(inside).square().sum().item<double>();
  };
  EXPECT_LE(error(held), error(guess) * 1.001);
}

TEST_P(Projections, CellsThatAreNotOfOneColourAreHeldLoosely) {
  Random random(static_cast<uint64_t>(GetParam()));
  seed_torch(static_cast<uint64_t>(GetParam()));
  constexpr double kTop = 255, kNoise = 0.04;  // of the range of 2
  constexpr int64_t kSide = 48;
  Mosaic m;
  m.grid = {8, 6, random.integer(0, 7), random.integer(0, 5)};
  m.mask = cells_of_region(random_blob(kSide, kSide, 0.6, random), m.grid);
  const auto truth = at::rand({3, kSide, kSide}) - 0.5;
  const auto clean = round_to_levels(pixelate(truth, m));
  EXPECT_EQ(cell_slack(clean, m, kTop), 0);
  const auto noisy = clean + kNoise * at::randn_like(clean);
  const double slack = cell_slack(noisy, m, kTop);
  EXPECT_GT(slack, 0);
  EXPECT_LE(slack, kNoise / 2 * kTop * 1.1);

  const auto guess = truth + 0.05 * at::randn({3, 1, 1}) + 0.05 * at::randn_like(truth);
  const auto held = project_to_cells(guess, noisy, m, kTop);
  const auto inside = cell_means(m.mask, m.grid).gt(0.5).expand({3, -1, -1});
  const auto apart = [&](const Tensor& a, const Tensor& b) {
    return ((cell_means(a, m.grid) - cell_means(b, m.grid)).abs() / 2 * kTop).masked_select(inside);
  };
  const auto before = apart(guess, noisy), after = apart(held, noisy), moved = apart(held, guess);
  constexpr double kRounding = 0.51;
  EXPECT_LE((after - slack).max().item<double>(), kRounding);
  EXPECT_LE((moved - (before - slack).clamp_min(0)).abs().max().item<double>(), kRounding);
}

TEST_P(Projections, WhatWasEnlargedShrinksToWhatItWasMadeOf) {
  seed_torch(static_cast<uint64_t>(GetParam()));
  const int64_t scale = GetParam() % 2 == 0 ? 4 : 2;
  const auto truth = resize(at::rand({3, 30, 40}) * 1.6 - 0.8, 30 * scale, 40 * scale);
  const auto small = shrink(truth, scale);
  const auto guess = (truth + 0.2 * at::randn_like(truth)).clamp(-1, 1);
  const auto held = project_to_reduction(guess, small);
  const auto off = [&](const Tensor& t) {
    return (shrink(t, scale) - small).square().mean().item<double>();
  };
  EXPECT_LT(off(held), off(guess) / 100);
  const auto error = [&](const Tensor& t) { return (t - truth).square().mean().item<double>(); };
  EXPECT_LT(error(held), error(guess));
  EXPECT_TRUE(close(project_to_reduction(truth, small), truth, kNetwork));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Projections, testing::Range(0, 10));

}  // namespace
}  // namespace ganvas
