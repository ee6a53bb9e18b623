// Projection: cells keep their means to the level, the rest is left alone, and nothing gets worse.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/project.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/randn_like.h>

#include "ganvas/image/region.h"
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

INSTANTIATE_TEST_SUITE_P(Seeds, Projections, testing::Range(0, 10));

}  // namespace
}  // namespace ganvas
