// Properties of mosaics over random regions, cells and phases.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/mosaic.h"

#include <ATen/ops/rand.h>

#include "ganvas/image/region.h"
#include "tests/support/close.h"

namespace ganvas {
namespace {

class RandomMosaics : public testing::TestWithParam<int> {
 protected:
  RandomMosaics() : random_(static_cast<uint64_t>(GetParam())) {
    seed_torch(static_cast<uint64_t>(GetParam()));
    height_ = random_.integer(20, 60);
    width_ = random_.integer(20, 60);
    image_ = at::rand({3, height_, width_}) * 2 - 1;
    auto& grid = mosaic_.grid;
    grid.cell_width = random_.integer(2, 12);
    grid.cell_height = random_.integer(2, 12);
    grid.phase_x = random_.integer(0, grid.cell_width - 1);
    grid.phase_y = random_.integer(0, grid.cell_height - 1);
    const auto box = random_box(height_, width_, random_);
    const auto region = GetParam() % 3 == 0   ? rectangle_region(height_, width_, box)
                        : GetParam() % 3 == 1 ? ellipse_region(height_, width_, box)
                                              : random_blob(height_, width_, 0.5, random_);
    mosaic_.mask = cells_of_region(region, grid);
  }
  Random random_;
  int64_t height_, width_;
  Tensor image_;
  Mosaic mosaic_;
};

TEST_P(RandomMosaics, EveryCellIsConstantAndHasTheMeanOfTheImage) {
  const auto pixelated = pixelate(image_, mosaic_);
  const auto& mask = mosaic_.mask;
  const auto& g = mosaic_.grid;
  for (int64_t top = -g.phase_y; top < height_; top += g.cell_height) {
    for (int64_t left = -g.phase_x; left < width_; left += g.cell_width) {
      const int64_t y = std::max<int64_t>(0, top), x = std::max<int64_t>(0, left);
      const int64_t h = std::min(height_, top + g.cell_height) - y,
                    w = std::min(width_, left + g.cell_width) - x;
      const auto cell = [&](const Tensor& t) { return t.narrow(1, y, h).narrow(2, x, w); };
      const double inside = cell(mask).mean().item<double>();
      ASSERT_TRUE(inside == 0 || inside == 1) << "a cell is half in the mosaic";
      const auto expected =
          inside == 1 ? cell(image_).mean({1, 2}, true).expand_as(cell(image_)) : cell(image_);
      ASSERT_TRUE(close(cell(pixelated), expected, {1e-6, 1e-6}));
    }
  }
}

TEST_P(RandomMosaics, PixelsOutsideStayBitIdentical) {
  const auto outside = mosaic_.mask.lt(0.5).expand_as(image_);
  const auto pixelated = pixelate(image_, mosaic_);
  EXPECT_TRUE(pixelated.masked_select(outside).equal(image_.masked_select(outside)));
  EXPECT_TRUE(
      smooth_cells(pixelated, mosaic_).masked_select(outside).equal(image_.masked_select(outside)));
}

TEST_P(RandomMosaics, PixelatingTwiceChangesNothing) {
  const auto once = pixelate(image_, mosaic_);
  EXPECT_TRUE(close(pixelate(once, mosaic_), once, {1e-6, 1e-6}));
}

TEST_P(RandomMosaics, SmoothCellsLeaveAConstantImageAlone) {
  const auto grey = image_.clone().fill_(0.25);
  EXPECT_TRUE(close(smooth_cells(pixelate(grey, mosaic_), mosaic_), grey, {1e-6, 1e-6}));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMosaics, testing::Range(0, 12));

}  // namespace
}  // namespace ganvas
