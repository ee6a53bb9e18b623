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
  const auto part = fitted.narrow(1, top, size.height).narrow(2, left, size.width);
  return dequantise(mirrored ? ganvas::mirrored(part) : part);
}

FrameSize covering(FrameSize image, FrameSize least) {
  const auto scaled = [](int64_t length, int64_t to, int64_t from) {
    return (length * to + from / 2) / from;
  };
  const bool is_wide = image.width * least.height >= least.width * image.height;
  if (is_wide) {
    const auto width = scaled(image.width, least.height, image.height);
    return {std::max(width, least.width), least.height};
  }
  const auto height = scaled(image.height, least.width, image.width);
  return {least.width, std::max(height, least.height)};
}

namespace {

FrameSize size_of(const Tensor& image) {
  return {image.size(2), image.size(1)};
}

/// What random crops are taken from: --load-size is its shorter side, or it is 286/256 of the crops'.
FrameSize load_size(int64_t asked, FrameSize size) {
  const auto shorter = asked > 0 ? asked : std::lround(double(size.shorter()) * 286 / 256);
  require_usage(shorter >= size.shorter(), "--load-size: got ", asked,
                ", expected at least the shorter side of --size ", knob_text(size));
  const auto scaled = [&](int64_t side) {
    return std::lround(double(side) * double(shorter) / double(size.shorter()));
  };
  return {scaled(size.width), scaled(size.height)};
}

/// The largest part of an image's middle that has the shape of `size`.
Tensor middle_of(const Tensor& image, FrameSize size) {
  const int64_t width =
      std::clamp<int64_t>(image.size(1) * size.width / size.height, 1, image.size(2));
  const int64_t height =
      std::clamp<int64_t>(image.size(2) * size.height / size.width, 1, image.size(1));
  return image.narrow(1, (image.size(1) - height) / 2, height)
      .narrow(2, (image.size(2) - width) / 2, width)
      .contiguous();
}

}  // namespace

Cropper::Cropper(View view, const SquareConfig& config, const ImageSpec& spec)
    : view_(view),
      size_(spec.size),
      load_(load_size(config.load_size, spec.size)),
      flip_(config.read.flip),
      fit_(config.fit) {
  if (view_ == View::kPlain) load_ = size_;
}

int64_t Cropper::least_side() const {
  return fit_ == Fit::kCrop ? std::numeric_limits<int64_t>::max() : 2 * load_.longer();
}

Tensor Cropper::fitted(const Tensor& image) const {
  const auto size = size_of(image);
  const auto to = [](const Tensor& from, FrameSize wanted) {
    return resize(from, wanted.height, wanted.width).contiguous();
  };
  if (fit_ == Fit::kResize) return to(image, load_);
  if (fit_ == Fit::kMiddle) return to(middle_of(image, size_), load_);
  if (fit_ == Fit::kScale) return to(image, covering(size, load_));
  const bool is_large = size.width >= size_.width && size.height >= size_.height;
  return is_large ? image.contiguous() : to(image, covering(size, size_));
}

std::string Cropper::describe(const std::vector<FrameSize>& images) const {
  constexpr double kSameShape = 0.02;  // of the ratio of sides
  if (images.empty()) return "";
  const auto by_area = [](FrameSize x, FrameSize y) {
    return x.width * x.height < y.width * y.height;
  };
  const auto [least, most] = std::minmax_element(images.begin(), images.end(), by_area);
  const auto sides = [](FrameSize size) { return c10::str(size.width, "x", size.height); };
  const bool is_stretched = std::any_of(images.begin(), images.end(), [&](FrameSize size) {
    const double ratio = double(size.width * load_.height) / double(size.height * load_.width);
    return std::abs(ratio - 1) > kSameShape;
  });
  auto text = "images of " + sides(*least);
  if (!(*least == *most)) text += " to " + sides(*most);
  const bool stretches = fit_ == Fit::kResize && is_stretched;
  if (fit_ == Fit::kCrop) {
    text += " are taken in their own size, enlarged where they are smaller";
  } else if (stretches) {
    text += " are stretched to " + sides(load_);
  } else if (fit_ == Fit::kScale) {
    text += " are scaled, in their shape, to cover " + sides(load_);
  } else {
    text += (fit_ == Fit::kMiddle ? ", cut to their middle, are resized to " : " are resized to ") +
            sides(load_);
  }
  if (view_ == View::kAugmented) text += ", crops of " + sides(size_) + " are taken";
  return text + (stretches ? " (--fit scale keeps their shape)" : "");
}

Crop Cropper::draw(const Tensor& fitted, Random& random) const {
  const int64_t down = fitted.size(1) - size_.height, across = fitted.size(2) - size_.width;
  if (view_ == View::kPlain) return {size_, across / 2, down / 2, false};
  const int64_t left = random.integer(0, across), top = random.integer(0, down);
  return {size_, left, top, flip_ && random.chance(0.5)};
}

std::string describe_fit(const Cropper& cropper, int64_t count,
                         const std::function<FrameSize(int64_t)>& size_of) {
  constexpr int64_t kMostRead = 24;
  std::vector<FrameSize> sizes;
  for (int64_t i = 0; i < count; i += std::max<int64_t>(1, count / kMostRead)) {
    try {
      sizes.push_back(size_of(i));
    } catch (const Error&) {
      continue;  // told when it is learned from
    }
  }
  return cropper.describe(sizes);
}

}  // namespace ganvas
