// From an image of any size to a training crop.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/crop.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"

namespace ganvas {

Tensor mirrored(const Tensor& image) {
  const std::vector<int64_t> across = {2};
  return image.flip(across);
}

Tensor Crop::operator()(const Tensor& fitted) const {
  const auto part = fitted.narrow(1, top, size).narrow(2, left, size);
  return dequantise(mirrored ? ganvas::mirrored(part) : part);
}

Cropper::Cropper(View view, const SquareConfig& config, const ImageSpec& spec)
    : view_(view),
      size_(spec.size),
      load_(config.load_size),
      flip_(config.read.flip),
      fit_(config.fit) {
  if (load_ == 0) load_ = std::lround(static_cast<double>(size_) * 286 / 256);
  require_usage(load_ >= size_, "--load-size: got ", load_, ", expected at least --size ", size_);
  if (view_ == View::kPlain) load_ = size_;
}

int64_t Cropper::least_side() const {
  return fit_ == Fit::kCrop ? std::numeric_limits<int64_t>::max() : 2 * load_;
}

Tensor Cropper::fitted(const Tensor& image) const {
  const int64_t height = image.size(1), width = image.size(2), side = std::min(height, width);
  if (fit_ == Fit::kResize) return resize(image, load_, load_).contiguous();
  if (fit_ == Fit::kMiddle) {
    const auto middle =
        image.narrow(1, (height - side) / 2, side).narrow(2, (width - side) / 2, side);
    return resize(middle.contiguous(), load_, load_).contiguous();
  }
  if (fit_ == Fit::kCrop && side >= size_) return image.contiguous();
  const int64_t shorter = fit_ == Fit::kCrop ? size_ : load_;
  const auto scaled = [&](int64_t length) { return (length * shorter + side / 2) / side; };
  return resize(image, scaled(height), scaled(width)).contiguous();
}

Crop Cropper::draw(const Tensor& fitted, Random& random) const {
  const int64_t down = fitted.size(1) - size_, across = fitted.size(2) - size_;
  if (view_ == View::kPlain) return {size_, across / 2, down / 2, false};
  const int64_t left = random.integer(0, across), top = random.integer(0, down);
  return {size_, left, top, flip_ && random.chance(0.5)};
}

}  // namespace ganvas
