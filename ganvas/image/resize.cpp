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
Tensor with_border(const Tensor& picture, int64_t scale) {
  require(picture.size(1) % scale == 0 && picture.size(2) % scale == 0, "reduce: got ",
          picture.size(2), " x ", picture.size(1), " pixels, expected multiples of ", scale);
  const std::vector<int64_t> margins(4, kExtra * scale);
  return at::replication_pad2d(picture, margins);
}

/// What was shrunk, without the border.
Tensor inner(const Tensor& small) {
  return small.narrow(1, kExtra, small.size(1) - 2 * kExtra)
      .narrow(2, kExtra, small.size(2) - 2 * kExtra)
      .contiguous();
}

}  // namespace

Tensor resize(const Tensor& picture, int64_t height, int64_t width) {
  if (picture.size(1) == height && picture.size(2) == width) return picture;
  const std::vector<int64_t> size = {height, width};
  const auto resized = [&](const Tensor& x) {
    return at::_upsample_bicubic2d_aa(x.unsqueeze(0), at::IntArrayRef(size),
                                      /*align_corners=*/false)
        .squeeze(0);
  };
  if (picture.scalar_type() == at::kByte) return resized(picture);
  return resized(picture).clamp(-1, 1);
}

Tensor shrink(const Tensor& picture, int64_t scale) {
  const auto wide = with_border(picture, scale);
  return inner(resize(wide, wide.size(1) / scale, wide.size(2) / scale));
}

Tensor reduce(const Tensor& picture, int64_t scale) {
  const auto wide = with_border(picture, scale);
  const auto rows = round_to_levels(resize(wide, wide.size(1) / scale, wide.size(2)));
  return inner(round_to_levels(resize(rows, rows.size(1), wide.size(2) / scale)));
}

Tensor pad_to_multiple(const Tensor& pictures, int64_t multiple, int64_t least) {
  const int64_t height = pictures.size(2), width = pictures.size(3);
  const auto missing = [&](int64_t side) {
    return (std::max(side, least) + multiple - 1) / multiple * multiple - side;
  };
  const int64_t bottom = missing(height), right = missing(width);
  if (bottom == 0 && right == 0) return pictures;
  const std::vector<int64_t> padding = {0, right, 0, bottom};
  const bool mirrors = right < width && bottom < height;
  return mirrors ? at::reflection_pad2d(pictures, padding)
                 : at::replication_pad2d(pictures, padding);
}

}  // namespace ganvas
