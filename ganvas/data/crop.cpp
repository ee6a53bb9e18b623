// From an image of any size to a training crop.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/crop.h"

#include <cmath>

#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"

namespace ganvas {

Tensor mirrored(const Tensor& image) {
  const std::vector<int64_t> across = {2};
  return image.flip(across);
}

Tensor Crop::operator()(const Tensor& square) const {
  const auto part = square.narrow(1, top, size).narrow(2, left, size);
  return dequantise(mirrored ? ganvas::mirrored(part) : part);
}

Cropper::Cropper(View view, const SquareConfig& config, const ImageSpec& spec)
    : view_(view),
      size_(spec.size),
      load_(config.load_size),
      flip_(config.read.flip),
      takes_middle_(config.square == Square::kMiddle) {
  if (load_ == 0) load_ = std::lround(static_cast<double>(size_) * 286 / 256);
  require_usage(load_ >= size_, "--load-size: got ", load_, ", expected at least --size ", size_);
  if (view_ == View::kPlain) load_ = size_;
}

Tensor Cropper::square(const Tensor& image) const {
  if (!takes_middle_) return resize(image, load_, load_).contiguous();
  const int64_t height = image.size(1), width = image.size(2), side = std::min(height, width);
  const auto middle =
      image.narrow(1, (height - side) / 2, side).narrow(2, (width - side) / 2, side);
  return resize(middle.contiguous(), load_, load_).contiguous();
}

Crop Cropper::draw(Random& random) const {
  if (view_ == View::kPlain) return {size_, 0, 0, false};
  const int64_t left = random.integer(0, load_ - size_), top = random.integer(0, load_ - size_);
  return {size_, left, top, flip_ && random.chance(0.5)};
}

}  // namespace ganvas
