// Between pixels and numbers.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/convert.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include "ganvas/core/error.h"
#include "ganvas/core/luma.h"

namespace ganvas {
namespace {

double half_range(int64_t bits) {
  return bits == 16 ? 32767.5 : 127.5;
}

/// [H, W, C] int32, a copy. torch computes little with 16-bit unsigned numbers, so they widen here.
Tensor integer_pixels(const Image& image) {
  const std::vector<int64_t> shape = {image.height, image.width, image.channels};
  auto* bytes = const_cast<uint8_t*>(image.bytes.data());
  if (image.bits == 8) return at::from_blob(bytes, shape, at::kByte).to(at::kInt);
  return at::from_blob(bytes, shape, at::kShort).to(at::kInt).bitwise_and(0xffff);
}

/// The bytes of an image where they are: [H, W, bytes of a pixel].
Tensor byte_rows(const Image& image) {
  return at::from_blob(const_cast<uint8_t*>(image.bytes.data()),
                       {image.height, image.width, image.channels * (image.bits / 8)}, at::kByte);
}

/// Those of a part as large as `like`.
Tensor rectangle(const Image& image, int64_t left, int64_t top, const Image& like) {
  require(left >= 0 && top >= 0 && left + like.width <= image.width &&
              top + like.height <= image.height,
          "image: got a part of ", like.width, " x ", like.height, " at ", left, ", ", top,
          " of an image of ", image.width, " x ", image.height);
  return byte_rows(image).narrow(0, top, like.height).narrow(1, left, like.width);
}

/// Numbers in [-1, 1] to the nearest of the levels 0 to 2 half, still as floats; clamped.
Tensor nearest_levels(const Tensor& numbers, double half) {
  return numbers.add(1).mul_(half).round_().clamp_(0, 2 * half);
}

/// [C, H, W] float in [-1, 1] -> [H, W, C] int32 levels
Tensor interleaved_levels(const Tensor& tensor, int64_t bits) {
  const auto numbers = tensor.detach().cpu().to(at::kFloat);
  return nearest_levels(numbers, half_range(bits)).to(at::kInt).permute({1, 2, 0});
}

/// Writes [H, W, c] int32 levels into c channels of `image`.
void store_levels(const Tensor& levels, Image& image, int64_t first_channel = 0) {
  const std::vector<int64_t> shape = {image.height, image.width, image.channels};
  const auto type = image.bits == 16 ? at::kShort : at::kByte;
  auto pixels = at::from_blob(image.bytes.data(), shape, type);
  pixels.narrow(2, first_channel, levels.size(2)).copy_(levels.to(type));
}

}  // namespace

Tensor to_tensor(const Image& image, int64_t channels) {
  require(channels == 1 || channels == 3, "to_tensor: got ", channels,
          " channels, expected 1 or 3");
  auto colors = integer_pixels(image).narrow(2, 0, image.colors()).permute({2, 0, 1});
  auto tensor = colors.to(at::kFloat).div(half_range(image.bits)).sub(1).contiguous();  // [c, H, W]
  if (tensor.size(0) == channels) return tensor;
  return channels == 1 ? luma(tensor) : tensor.expand({3, -1, -1}).contiguous();
}

Tensor levels_of(const Image& image, int64_t channels) {
  if (image.bits > 8) return to_tensor(image, channels);
  if (image.colors() != channels) return quantise(to_tensor(image, channels));
  return byte_rows(image).narrow(2, 0, channels).clone().permute({2, 0, 1});
}

Tensor quantise(const Tensor& numbers) {
  return nearest_levels(numbers, half_range(8)).to(at::kByte);
}

Tensor dequantise(const Tensor& levels) {
  if (levels.is_floating_point()) return levels.contiguous();
  return levels.to(at::kFloat, /*non_blocking=*/false, /*copy=*/false, at::MemoryFormat::Contiguous)
      .div_(half_range(8))
      .sub_(1);
}

Image to_image(const Tensor& tensor, int64_t bits) {
  require(tensor.dim() == 3 && (tensor.size(0) == 1 || tensor.size(0) == 3), "to_image: got shape ",
          tensor.sizes(), ", expected [1 or 3, H, W]");
  auto image = make_image(tensor.size(2), tensor.size(1), tensor.size(0), bits);
  store_levels(interleaved_levels(tensor, bits), image);
  return image;
}

Image with_colors(const Image& image, const Tensor& colors) {
  require(colors.dim() == 3 && colors.size(1) == image.height && colors.size(2) == image.width,
          "with_colors: got shape ", colors.sizes(), " for an image of ", image.width, " x ",
          image.height);
  auto result = image;
  auto fitted = colors;
  if (colors.size(0) == 3 && image.colors() == 1) fitted = luma(colors);
  if (colors.size(0) == 1 && image.colors() == 3) fitted = colors.expand({3, -1, -1});
  store_levels(interleaved_levels(fitted, image.bits), result);
  return result;
}

Image cut(const Image& image, int64_t left, int64_t top, int64_t width, int64_t height) {
  auto part = make_image(width, height, image.channels, image.bits);
  byte_rows(part).copy_(rectangle(image, left, top, part));
  return part;
}

void paste(const Image& part, Image& image, int64_t left, int64_t top) {
  require(part.channels == image.channels && part.bits == image.bits, "paste: got ", part.channels,
          " channels of ", part.bits, " bits for an image of ", image.channels, " of ", image.bits);
  rectangle(image, left, top, part).copy_(byte_rows(part));
}

Tensor alpha_of(const Image& image) {
  require(image.has_alpha(), "alpha_of: got an image without alpha");
  const auto levels = integer_pixels(image).narrow(2, image.colors(), 1).permute({2, 0, 1});
  return levels.to(at::kFloat).div(half_range(image.bits)).sub(1).contiguous();
}

Image with_alpha(const Image& image, const Tensor& alpha) {
  require(image.has_alpha() && alpha.size(1) == image.height && alpha.size(2) == image.width,
          "with_alpha: got shape ", alpha.sizes(), " for an image of ", image.width, " x ",
          image.height, " with ", image.channels, " channels");
  auto result = image;
  store_levels(interleaved_levels(alpha, image.bits), result, image.colors());
  return result;
}

Tensor round_to_levels(const Tensor& tensor) {
  return nearest_levels(tensor, half_range(8)).div_(half_range(8)).sub_(1);
}

}  // namespace ganvas
