// Photographs and the same with mosaics made of them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/mosaic_pairs.h"

#include <ATen/ops/cat.h>

#include "ganvas/data/layout.h"

namespace ganvas {
namespace {

constexpr int64_t kMultiple = 16;

class MosaicPairs final : public Dataset {
 public:
  MosaicPairs(std::vector<std::filesystem::path> files, const DataRequest& request,
              const MosaicPairsConfig& config)
      : photographs_(std::move(files), request, config.read, config.masks, kMultiple),
        mosaics_(config.mosaics) {}

  int64_t size() const override { return photographs_.size(); }
  std::string mark() const override { return photographs_.mark(); }

  Sample get(int64_t i, Random random) const override {
    const auto [image, region, name] = photographs_.show(i, random);
    Mosaic mosaic;
    mosaic.grid = draw_grid(mosaics_, random);
    const auto drawn = draw_region(mosaics_.region, image.size(1), image.size(2), random);
    mosaic.mask = cells_of_region(region.defined() ? region : drawn, mosaic.grid);
    const auto pixelated = draw_pixelated(image, mosaic, mosaics_, random);
    const auto smooth = smooth_cells(pixelated, mosaic);
    return {at::cat({smooth, mosaic.mask * 2 - 1}), image, name, mosaic, pixelated};
  }

 private:
  Photographs photographs_;
  MosaicConfig mosaics_;
};

}  // namespace

std::unique_ptr<Dataset> open_mosaic_pairs(const DataRequest& request,
                                           const MosaicPairsConfig& config) {
  auto files = photographs_of(request);
  if (!files) return nullptr;
  return std::make_unique<MosaicPairs>(std::move(*files), request, config);
}

}  // namespace ganvas
