// Photographs and the same with a part hidden, for inpainting.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/masked_pairs.h"

#include <cmath>

#include <ATen/ops/zeros.h>

#include "ganvas/data/layout.h"
#include "ganvas/image/region.h"

namespace ganvas {
namespace {

constexpr int64_t kMultiple = 16;

class MaskedPairs final : public Dataset {
 public:
  MaskedPairs(std::vector<std::filesystem::path> files, const DataRequest& request,
              const MaskedPairsConfig& config)
      : photographs_(std::move(files), request, config.read, config.masks, kMultiple),
        region_(config.region) {}

  int64_t size() const override { return photographs_.size(); }
  std::string mark() const override { return photographs_.mark(); }

  Sample get(int64_t i, Random random) const override {
    const auto [image, region, name] = photographs_.show(i, random);
    Sample sample{{}, image, name};
    sample.mask = region.defined() ? region : draw(image.size(1), image.size(2), random);
    sample.a = hide(image, sample.mask);
    return sample;
  }

 private:
  /// A region inside a part of the image.
  Tensor draw(int64_t height, int64_t width, Random& random) const {
    const auto part = [&](int64_t side) {
      return std::lround(static_cast<double>(side) * (0.25 + 0.5 * random.uniform()));
    };
    const int64_t high = part(height), wide = part(width);
    const int64_t top = random.integer(0, height - high), left = random.integer(0, width - wide);
    auto mask = at::zeros({1, height, width});
    mask.narrow(1, top, high).narrow(2, left, wide).copy_(draw_region(region_, high, wide, random));
    return mask;
  }

  Photographs photographs_;
  RegionConfig region_;
};

}  // namespace

std::unique_ptr<Dataset> open_masked_pairs(const DataRequest& request,
                                           const MaskedPairsConfig& config) {
  auto files = photographs_of(request);
  if (!files) return nullptr;
  return std::make_unique<MaskedPairs>(std::move(*files), request, config);
}

}  // namespace ganvas
