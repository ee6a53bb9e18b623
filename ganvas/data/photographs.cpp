// Photographs of which a part is hidden.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/photographs.h"

#include <algorithm>

#include <ATen/ops/cat.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/crop.h"
#include "ganvas/data/layout.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"

namespace ganvas {

Photographs::Photographs(std::vector<fs::path> files, const DataRequest& request,
                         const ReadConfig& read, const MaskConfig& masks, int64_t multiple)
    : files_(std::move(files)),
      view_(request.view),
      flip_(read.flip),
      size_(request.spec.size),
      channels_(request.spec.channels_b),
      multiple_(multiple),
      mask_folder_(masks.masks),
      kept_(static_cast<int64_t>(files_.size()), read.cache_bytes()) {
  if (!mask_folder_.empty()) masks_ = files_by_stem(mask_folder_);
}

Photographs::Shown Photographs::show(int64_t i, Random& random) const {
  const auto& path = files_.at(static_cast<size_t>(i));
  const auto name = path.stem().string();
  const auto levels = kept_.get(i, [&] { return DomainImage{read(path), name}; }).pixels;
  if (view_ == View::kPlain) random = Random(/*seed=*/0, /*stream=*/7, static_cast<uint64_t>(i));
  const auto seen = dequantise(view_ == View::kPlain ? whole(levels) : random_crop(levels, random));
  Shown shown{seen.narrow(0, 0, channels_), {}, name};
  if (mask_folder_.empty()) return shown;
  const auto region = seen.narrow(0, channels_, 1).gt(0).to(at::kFloat);
  if (region.any().item<bool>()) shown.region = region;
  return shown;
}

/// The photograph as levels_of(); with masks their region is one more channel, 0 or 255.
Tensor Photographs::read(const fs::path& path) const {
  const auto levels = levels_of(read_image(path), channels_);
  if (mask_folder_.empty()) return levels;
  auto found = masks_.find(path.stem().string());
  if (found == masks_.end()) found = masks_.find(path.stem().string() + "-mask");
  require(found != masks_.end(), path.string(), ": has no mask of this name in --masks ",
          mask_folder_);
  const auto region = read_region(found->second, levels.size(1), levels.size(2));
  const auto mask = region * 2 - 1;
  return at::cat({levels, levels.is_floating_point() ? mask : quantise(mask)});
}

Tensor Photographs::whole(const Tensor& levels) const {
  const int64_t height = levels.size(1) / multiple_ * multiple_;
  const int64_t width = levels.size(2) / multiple_ * multiple_;
  return levels.narrow(1, 0, height).narrow(2, 0, width);
}

Tensor Photographs::random_crop(const Tensor& levels, Random& random) const {
  auto image = levels;
  if (image.size(1) < size_.height || image.size(2) < size_.width) {
    const auto grown = covering({image.size(2), image.size(1)}, size_);
    image = resize(image, grown.height, grown.width);
  }
  const int64_t top = random.integer(0, image.size(1) - size_.height);
  const int64_t left = random.integer(0, image.size(2) - size_.width);
  const auto part = image.narrow(1, top, size_.height).narrow(2, left, size_.width);
  const bool flips = flip_ && random.chance(0.5);
  return flips ? mirrored(part) : part;
}

}  // namespace ganvas
