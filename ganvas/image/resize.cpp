// Changing the size of images held as tensors.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/resize.h"

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/replication_pad2d.h>

#include "ganvas/core/error.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

constexpr int64_t kExtra = 2;  // pixels of what was shrunk that the kernel looks beyond the border

/// The image and what the kernel sees beyond its border.
Tensor with_border(const Tensor& image, int64_t scale) {
  require(image.size(1) % scale == 0 && image.size(2) % scale == 0, "reduce: got ", image.size(2),
          " x ", image.size(1), " pixels, expected multiples of ", scale);
  const std::vector<int64_t> margins(4, kExtra * scale);
  return at::replication_pad2d(image, margins);
}

/// What was shrunk, without the border.
Tensor inner(const Tensor& small) {
  return small.narrow(1, kExtra, small.size(1) - 2 * kExtra)
      .narrow(2, kExtra, small.size(2) - 2 * kExtra)
      .contiguous();
}

}  // namespace

Tensor resize(const Tensor& image, int64_t height, int64_t width) {
  if (image.size(1) == height && image.size(2) == width) return image;
  const std::vector<int64_t> size = {height, width};
  const auto resized = [&](const Tensor& x) {
    return at::_upsample_bicubic2d_aa(x.unsqueeze(0), at::IntArrayRef(size),
                                      /*align_corners=*/false)
        .squeeze(0);
  };
  if (image.scalar_type() == at::kByte) return resized(image);
  return resized(image).clamp(-1, 1);
}

Tensor shrink(const Tensor& image, int64_t scale) {
  const auto wide = with_border(image, scale);
  return inner(resize(wide, wide.size(1) / scale, wide.size(2) / scale));
}

Tensor reduce(const Tensor& image, int64_t scale) {
  const auto wide = with_border(image, scale);
  const auto rows = round_to_levels(resize(wide, wide.size(1) / scale, wide.size(2)));
  return inner(round_to_levels(resize(rows, rows.size(1), wide.size(2) / scale)));
}

Tensor pad_to_multiple(const Tensor& images, int64_t multiple, int64_t least) {
  const int64_t height = images.size(2), width = images.size(3);
  const auto missing = [&](int64_t side) {
    return (std::max(side, least) + multiple - 1) / multiple * multiple - side;
  };
  const int64_t bottom = missing(height), right = missing(width);
  if (bottom == 0 && right == 0) return images;
  const std::vector<int64_t> padding = {0, right, 0, bottom};
  const bool mirrors = right < width && bottom < height;
  return mirrors ? at::reflection_pad2d(images, padding) : at::replication_pad2d(images, padding);
}

}  // namespace ganvas
