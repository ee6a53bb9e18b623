// Finding mosaics that were put into photographs, and none where there is none.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/find_mosaics.h"

#include <cmath>

#include <ATen/ops/zeros.h>

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/mosaic.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"
#include "ganvas/mosaic/comb.h"
#include "ganvas/mosaic/named_grid.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

std::vector<Tensor> photographs() {
  std::vector<Tensor> all;
  for (const auto& folder : list_folders(GANVAS_PHOTOGRAPHS "/test")) {
    all.push_back(to_tensor(read_image(list_files(folder).back()), 3));
  }
  return all;
}

/// Intersection over union, where pixelating the photograph changes it at all: a black background
/// is in a mosaic as much as not.
double overlap(const Tensor& found, const Mosaic& m, const Tensor& photograph) {
  const auto all = cells_of_region(m.mask * 0 + 1, m.grid);
  const auto changes =
      (pixelate(photograph, {m.grid, all}) - photograph).abs().amax(0, true) * 127.5;
  const auto rough =
      spread_cells(cell_means(changes, m.grid), m.grid, m.mask.size(1), m.mask.size(2)).gt(1.5);
  const auto a = found * rough, b = m.mask * rough;
  return ((a * b).sum() / (a + b).gt(0).sum()).item<double>();
}

void expect_to_the_pixel(const FoundMosaic& found, const Mosaic& m, const Tensor& photograph) {
  EXPECT_EQ(found.grid.cell_width, m.grid.cell_width);
  EXPECT_EQ(found.grid.cell_height, m.grid.cell_height);
  EXPECT_EQ(found.grid.phase_x, m.grid.phase_x);
  EXPECT_EQ(found.grid.phase_y, m.grid.phase_y);
  EXPECT_GT(overlap(found.mask, m, photograph), 0.9);
}

/// How far the grid's lines are from those of another one, at a pixel.
double distance_of_lines(double cell, double phase, double true_cell, double true_phase,
                         double at) {
  const double line = std::round((at + true_phase) / true_cell) * true_cell - true_phase;
  const double nearest = std::round((line + phase) / cell) * cell - phase;
  return std::abs(line - nearest);
}

TEST(Comb, FindsTheLinesOfAProfile) {
  std::vector<double> profile(97, 0.1);
  for (size_t i = 5; i < profile.size(); i += 7) profile[i] = 4;
  const auto fit = best_comb(profile, 3, 24, 0);
  EXPECT_NEAR(fit.comb.period, 7, 0.05);
  EXPECT_NEAR(distance_of_lines(fit.comb.period, fit.comb.phase, 7, 2, 48), 0, 0.25);
  EXPECT_GT(fit.on, 10 * fit.between);
  EXPECT_EQ(best_comb(profile, 3, 24, fit.contrast() + 0.1).on, 0);
  EXPECT_EQ(best_comb(std::vector<double>(50, 1), 3, 12, 0.1).on, 0);
  EXPECT_EQ(best_comb({}, 3, 12, 0).on, 0);
}

// A multiple leaves lines out, a part has places without a line.
TEST(Comb, OnlyTheTruePeriodStandsOut) {
  std::vector<double> profile(97, 0.1);
  for (size_t i = 5; i < profile.size(); i += 7) profile[i] = 4;
  EXPECT_GT(standing_out(profile, {7, 2}), 2);
  EXPECT_LT(standing_out(profile, {14, 2}), 0.1);
  EXPECT_LT(standing_out(profile, {3.5, 2}), 0.2);
  for (const double near : {14.0, 3.5, 7.05}) {
    EXPECT_EQ(refit(profile, {near, 2}).comb.period, 7) << near;
  }
}

class PlacedMosaics : public testing::TestWithParam<int> {};

TEST_P(PlacedMosaics, AreFoundToThePixel) {
  const int64_t cell = GetParam();
  Random random(static_cast<uint64_t>(cell));
  for (const auto& photograph : photographs()) {
    const int64_t height = photograph.size(1), width = photograph.size(2);
    Mosaic m;
    m.grid = {cell, cell, random.integer(0, cell - 1), random.integer(0, cell - 1)};
    m.mask =
        cells_of_region(rectangle_region(height, width, random_box(height, width, random)), m.grid);
    const auto found = find_mosaics(to_image(pixelate(photograph, m))).mosaics;
    ASSERT_FALSE(found.empty());
    expect_to_the_pixel(found[0], m, photograph);
  }
}

// Not every one is: what JPEG leaves of small steps in a smooth image may be too little.
TEST(FindMosaics, MostAreFoundWithinHalfAPixelWhenRescaledAndCompressed) {
  constexpr int64_t kCell = 12;
  const Scratch scratch;
  int right = 0;
  const auto all = photographs();
  for (const auto& photograph : all) {
    const int64_t height = photograph.size(1), width = photograph.size(2);
    const Grid grid{kCell, kCell, 1, 2};
    const Box box{width / 8, height / 8, width * 3 / 4, height * 3 / 4};
    const Mosaic m{grid, cells_of_region(rectangle_region(height, width, box), grid)};
    const int64_t high = height * 6 / 5, wide = width * 6 / 5;
    write_image(to_image(resize(pixelate(photograph, m), high, wide)), scratch / "x.jpg");
    const auto found = find_mosaics(read_image(scratch / "x.jpg")).mosaics;
    if (found.empty()) continue;
    const double scale = static_cast<double>(wide) / static_cast<double>(width);
    const auto& made = found[0].grid;
    const double off = distance_of_lines(made.cell_width, made.phase_x, scale * kCell, scale,
                                         static_cast<double>(wide) / 2);
    right += std::abs(made.cell_width - scale * kCell) < 0.5 && off < 0.5 ? 1 : 0;
  }
  EXPECT_GE(right + 1, static_cast<int>(all.size()));
}

INSTANTIATE_TEST_SUITE_P(Cells, PlacedMosaics, testing::Values(7, 8, 12, 20));

/// An ellipse of `cells` cells each way, anywhere.
Mosaic small_mosaic(const Tensor& photograph, int64_t wide, int64_t high, int64_t cells,
                    Random& random) {
  const int64_t height = photograph.size(1), width = photograph.size(2);
  const int64_t left = random.integer(0, width - (cells + 1) * wide);
  const int64_t top = random.integer(0, height - (cells + 1) * high);
  const Grid grid{wide, high, random.integer(0, wide - 1), random.integer(0, high - 1)};
  return {grid, cells_of_region(
                    ellipse_region(height, width, {left, top, cells * wide, cells * high}), grid)};
}

// What people hide is small beside the image: 6 to 12 cells across, anywhere, square or not.
TEST(FindMosaics, SmallOnesAreFoundToThePixel) {
  Random random(3);
  for (const auto& photograph : photographs()) {
    for (const auto& [wide, high] : {std::pair<int64_t, int64_t>{8, 8}, {5, 9}, {12, 7}}) {
      const auto m = small_mosaic(photograph, wide, high, 8, random);
      const auto found = find_mosaics(to_image(pixelate(photograph, m))).mosaics;
      ASSERT_EQ(found.size(), 1U) << wide << " x " << high;
      expect_to_the_pixel(found[0], m, photograph);
    }
  }
}

// Their outline is judged cell by cell, since JPEG leaves little of small steps.
TEST(FindMosaics, SmallOnesThatJpegBlurredAreMostlyOutlinedToTheCell) {
  constexpr int kLeast = 10;  // of 15; without the judge 8
  constexpr int64_t kQuality = 85;
  Random random(5);
  int right = 0;
  for (const auto& photograph : photographs()) {
    for (const auto& [wide, high] : {std::pair<int64_t, int64_t>{9, 9}, {7, 11}, {12, 10}}) {
      const auto m = small_mosaic(photograph, wide, high, 7, random);
      const auto found =
          find_mosaics(through_jpeg(to_image(pixelate(photograph, m)), kQuality)).mosaics;
      if (found.empty()) continue;
      EXPECT_EQ(found.size(), 1U);
      right += found[0].grid.cell_width == static_cast<double>(wide) &&
               found[0].grid.cell_height == static_cast<double>(high) &&
               overlap(found[0].mask, m, photograph) > 0.9;
    }
  }
  EXPECT_GE(right, kLeast);
}

// Reduced to a number of cells and enlarged by repeating: some cells are a pixel wider than others.
TEST(FindMosaics, CellsBetweenWholePixelsAreFound) {
  const auto photograph = photographs()[0];
  constexpr int64_t kSide = 150, kCells = 20;
  auto image = photograph.clone();
  auto part = image.slice(1, 40, 40 + kSide).slice(2, 30, 30 + kSide);
  const auto small = resize(part, kCells, kCells);
  for (int64_t y = 0; y < kSide; ++y) {
    for (int64_t x = 0; x < kSide; ++x) {
      const auto cell = [](int64_t at) { return (2 * at + 1) * kCells / (2 * kSide); };
      part.select(1, y).select(1, x).copy_(small.select(1, cell(y)).select(1, cell(x)));
    }
  }
  const auto found = find_mosaics(to_image(image)).mosaics;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].grid.cell_width, 7.5, 0.05);
  EXPECT_NEAR(found[0].grid.cell_height, 7.5, 0.05);
  const auto inside = found[0].mask.slice(1, 40, 40 + kSide).slice(2, 30, 30 + kSide);
  EXPECT_GT(inside.mean().item<double>(), 0.95);
  EXPECT_GT((inside.sum() / found[0].mask.sum()).item<double>(), 0.95);
}

TEST(FindMosaics, TwoGridsInOneImageAreTwo) {
  auto image = photographs()[1];
  const int64_t height = image.size(1), width = image.size(2);
  const auto put = [&](const Grid& grid, const Box& box) {
    const Mosaic m{grid, cells_of_region(rectangle_region(height, width, box), grid)};
    image = pixelate(image, m);
    return m;
  };
  const auto left = put({8, 8, 3, 0}, {0, 0, width * 2 / 5, height});
  const auto right = put({13, 11, 0, 5}, {width * 3 / 5, 0, width, height});
  const auto found = find_mosaics(to_image(image)).mosaics;
  ASSERT_EQ(found.size(), 2U);
  const auto& a = found[0].grid.cell_width < 10 ? found[0] : found[1];
  const auto& b = found[0].grid.cell_width < 10 ? found[1] : found[0];
  EXPECT_GT(overlap(a.mask, left, photographs()[1]), 0.85);
  EXPECT_GT(overlap(b.mask, right, photographs()[1]), 0.85);
  EXPECT_EQ(b.grid.cell_width, 13);
  EXPECT_EQ(b.grid.cell_height, 11);
}

TEST(FindMosaics, NothingIsFoundWhereNothingIs) {
  const Scratch scratch;
  for (const auto& photograph : photographs()) {
    EXPECT_TRUE(find_mosaics(to_image(photograph)).mosaics.empty());
    write_image(to_image(photograph), scratch / "x.jpg");
    EXPECT_TRUE(find_mosaics(read_image(scratch / "x.jpg")).mosaics.empty());
  }
  EXPECT_TRUE(find_mosaics(to_image(at::zeros({3, 300, 200}))).mosaics.empty());
  EXPECT_TRUE(find_mosaics(to_image(at::zeros({1, 5, 400}))).mosaics.empty());
}

/// Fields of 12 pixels whose shade is shade(column, row).
template <typename Shade>
Tensor fields(const Shade& shade) {
  constexpr int64_t kField = 12, kAcross = 24;
  auto image = at::zeros({3, kField * kAcross, kField * kAcross});
  for (int64_t y = 0; y < kAcross; ++y) {
    for (int64_t x = 0; x < kAcross; ++x) {
      image.slice(1, y * kField, (y + 1) * kField)
          .slice(2, x * kField, (x + 1) * kField)
          .fill_(shade(x, y));
    }
  }
  return image;
}

// They are on a lattice to the pixel, and are said to be none.
TEST(FindMosaics, BoardsCodesAndPixelArtAreSaidToBeNone) {
  Random random(11);
  const auto board = fields([](int64_t x, int64_t y) { return (x + y) % 2 == 0 ? 0.9 : -0.9; });
  const auto code = fields([&](int64_t, int64_t) { return random.chance(0.5) ? 1.0 : -1.0; });
  const auto art = fields([](int64_t x, int64_t y) {
    return static_cast<double>((x / 3 + (y / 4) * (y / 5)) % 7) / 4 - 0.8;
  });
  for (const auto& image : {board, code, art}) {
    const auto findings = find_mosaics(to_image(image));
    EXPECT_TRUE(findings.mosaics.empty());
    ASSERT_FALSE(findings.look_alikes.empty());
    EXPECT_NE(findings.look_alikes[0].find("not a mosaic"), std::string::npos);
  }
}

// Blocks that are flat because a coarse JPEG lost their slopes.
TEST(FindMosaics, TheBlocksOfAJpegAreNone) {
  for (const auto& photograph : photographs()) {
    for (const int quality : {5, 10, 30}) {
      const auto file = through_jpeg(to_image(photograph), quality);
      EXPECT_TRUE(find_mosaics(file).mosaics.empty()) << quality;
      EXPECT_TRUE(find_mosaics(through_jpeg(to_image(resize(photograph, 700, 900)), quality))
                      .mosaics.empty())
          << quality;
    }
  }
}

TEST(LookAtNamed, FindsThePhaseInsideTheMask) {
  const auto photograph = photographs()[1];
  const int64_t height = photograph.size(1), width = photograph.size(2);
  const auto region = rectangle_region(height, width, {40, 40, 96, 80});
  const Grid grid{9, 7, 4, 2};
  const auto image = to_image(pixelate(photograph, {grid, cells_of_region(region, grid)}));
  const auto core = rectangle_region(height, width, {50, 50, 70, 60});
  const auto right = look_at_named(image, {grid, core});
  EXPECT_TRUE(right.fits && right.is_seen);
  const auto wrong = look_at_named(image, {{9, 7, 0, 0}, core});
  EXPECT_FALSE(wrong.fits);
  EXPECT_EQ(wrong.grid.phase_x, 4);
  EXPECT_EQ(wrong.grid.phase_y, 2);
  EXPECT_FALSE(look_at_named(to_image(photographs()[2]),
                             {grid, rectangle_region(photographs()[2].size(1),
                                                     photographs()[2].size(2), {50, 50, 120, 100})})
                   .is_seen);
}

// Bricks: rough inside, mortar between. A table: lines between fields of one colour.
TEST(FindMosaics, WallsAndTablesAreNoMosaics) {
  seed_torch(5);
  auto wall = (photographs()[2].mean(0, true) * 0.2).clone();
  auto table = at::zeros({1, 240, 320}) + 0.8;
  for (int64_t y = 0; y + 2 < wall.size(1); y += 16) wall.narrow(1, y, 2).fill_(0.7);
  for (int64_t x = 0; x + 2 < wall.size(2); x += 32) wall.narrow(2, x, 2).fill_(0.7);
  for (int64_t y = 0; y < 240; y += 20) table.narrow(1, y, 1).fill_(-0.5);
  for (int64_t x = 0; x < 320; x += 40) table.narrow(2, x, 1).fill_(-0.5);
  EXPECT_TRUE(find_mosaics(to_image(wall)).mosaics.empty());
  EXPECT_TRUE(find_mosaics(to_image(table)).mosaics.empty());
}

}  // namespace
}  // namespace ganvas
