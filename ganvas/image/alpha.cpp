// Colours beside transparent pixels, and images that are grey in colour.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/alpha.h"

#include <cstring>

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/where.h>

#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

/// Means of 2 x 2 pixels; at an odd border of those that are there.
Tensor halved(const Tensor& x) {
  return at::avg_pool2d(x.unsqueeze(0), at::IntArrayRef{2, 2}, at::IntArrayRef{2, 2},
                        at::IntArrayRef{0, 0}, /*ceil_mode=*/true, /*count_include_pad=*/false)
      .squeeze(0);
}

Tensor doubled(const Tensor& x, int64_t height, int64_t width) {
  const std::vector<int64_t> size = {2 * x.size(1), 2 * x.size(2)};
  return at::upsample_nearest2d(x.unsqueeze(0), at::IntArrayRef(size))
      .squeeze(0)
      .narrow(1, 0, height)
      .narrow(2, 0, width);
}

/// Colours everywhere: those of weight 0 are the mean of the nearest that have any, by a pyramid.
///   colors: [C, H, W];  weights: [1, H, W], not all 0
Tensor spread(const Tensor& colors, const Tensor& weights) {
  if (weights.gt(0).all().item<bool>()) return colors;
  const auto mass = halved(weights);
  const auto means = halved(colors * weights) / mass.clamp_min(1e-12);
  const auto around = doubled(spread(means, mass), colors.size(1), colors.size(2));
  return at::where(weights > 0, colors, around);
}

}  // namespace

Image with_spread_colors(const Image& image) {
  if (!image.has_alpha()) return image;
  const auto weights = (alpha_of(image) + 1) / 2;
  const bool is_plain = weights.gt(0).all().item<bool>() || weights.le(0).all().item<bool>();
  if (is_plain) return image;
  return with_colors(image, spread(to_tensor(image, image.colors()), weights));
}

bool is_grey(const Image& image) {
  if (image.colors() == 1) return true;
  const auto size = static_cast<size_t>(image.bits / 8),
             pixel = size * static_cast<size_t>(image.channels);
  for (size_t i = 0; i < image.bytes.size(); i += pixel) {
    const auto* at = &image.bytes[i];
    if (std::memcmp(at, at + size, size) != 0 || std::memcmp(at, at + 2 * size, size) != 0) {
      return false;
    }
  }
  return true;
}

Image wrapped(const Image& image, int64_t margin) {
  if (margin == 0) return image;
  auto result =
      make_image(image.width + 2 * margin, image.height + 2 * margin, image.channels, image.bits);
  result.metadata = image.metadata;
  const auto pixel = static_cast<size_t>(image.channels * (image.bits / 8));
  const auto source_of = [margin](int64_t place, int64_t side) {
    return static_cast<size_t>(((place - margin) % side + side) % side);
  };
  uint8_t* out = result.bytes.data();
  for (int64_t y = 0; y < result.height; ++y) {
    const auto row = source_of(y, image.height) * static_cast<size_t>(image.width);
    for (int64_t x = 0; x < result.width; ++x, out += pixel) {
      std::memcpy(out, &image.bytes[(row + source_of(x, image.width)) * pixel], pixel);
    }
  }
  return result;
}

}  // namespace ganvas
