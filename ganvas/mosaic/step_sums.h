// What changes from pixel to pixel in an image, summed over its parts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "ganvas/image/image.h"
#include "ganvas/mosaic/pixel_rect.h"

namespace ganvas {

/// Sums of numbers of 8 bits over windows of an image, in no time.
class Sums {
 public:
  Sums(int64_t width, int64_t height);

  /// Rows are added from the top; numbers has one for each pixel.
  void add_row(const std::vector<uint8_t>& numbers);

  /// Of a window of fewer than 2^24 pixels.
  uint32_t of(const PixelRect& w) const {
    // Sums of all that lies left and above may be over the range: their differences are not.
    return at(w.right, w.bottom) - at(w.right, w.top) - at(w.left, w.bottom) + at(w.left, w.top);
  }

 private:
  uint32_t at(int64_t x, int64_t y) const { return sums_[static_cast<size_t>(y * row_ + x)]; }

  int64_t row_;
  std::vector<uint32_t> sums_;
};

/// The steps of an image: across from pixel (x - 1, y) to (x, y), down from (x, y - 1) to (x, y).
/// A step is the square root of the difference of luma (BT.601), in levels of 8 bits: the root, so
/// that the edges of photographs do not drown the lines of a grid; luma, since most JPEGs hold colour
/// at half the resolution.
///
///   block_step: levels by which each difference across the lines of JPEG's blocks of 8 pixels is
///               taken to be smaller than it is
class StepSums {
 public:
  StepSums(const Image& image, double block_step);

  int64_t width() const { return width_; }
  int64_t height() const { return height_; }

  /// The mean step over a window; 0 for an empty one.
  double across(const PixelRect& w) const { return mean_of(across_, w); }
  double down(const PixelRect& w) const { return mean_of(down_, w); }

 private:
  double mean_of(const Sums& sums, const PixelRect& w) const;

  int64_t width_, height_;
  Sums across_, down_;
};

/// The luma of a window's pixels (BT.601), in levels of 8 bits, row by row.
std::vector<float> luma_of(const Image& image, const PixelRect& w);

/// The mean luma of a window (BT.601), in levels of 8 bits, by looking at each pixel.
double mean_luma(const Image& image, const PixelRect& w);

}  // namespace ganvas
