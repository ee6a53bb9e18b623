// Where neighbouring pixels of an image differ at all.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "ganvas/image/image.h"
#include "ganvas/mosaic/pixel_rect.h"

namespace ganvas {

/// Of each pixel, whether its colour is exactly that of the pixel left of it, and above it. Alpha
/// does not count. Refers to the image, which must outlive it.
class Borders {
 public:
  explicit Borders(const Image& image);

  int64_t width() const { return image_.width; }
  int64_t height() const { return image_.height; }

  /// A row of marks: 1 where the pixel differs from its left, or upper, neighbour; 1 at the
  /// image's own border.
  const uint8_t* across(int64_t y) const { return across_.data() + y * image_.width; }
  const uint8_t* down(int64_t y) const { return down_.data() + y * image_.width; }

  /// True if all pixels of the window have one colour.
  bool is_flat(const PixelRect& w) const;

  bool is_same(int64_t x, int64_t y, int64_t other_x, int64_t other_y) const;

  /// The colour of a pixel as one number; equal for equal colours alone.
  uint64_t colour(int64_t x, int64_t y) const;

 private:
  const uint8_t* pixel(int64_t x, int64_t y) const {
    return image_.bytes.data() + (y * image_.width + x) * pixel_bytes_;
  }

  const Image& image_;
  int64_t pixel_bytes_;
  size_t colour_bytes_;
  std::vector<uint8_t> across_, down_;
};

/// True if pixels differ more often across the lines of JPEG's blocks than elsewhere.
bool has_jpeg_blocks(const Borders& borders);

/// The largest rectangles of one colour that begin where both neighbours differ, have sides of
/// `least` pixels or more, and differ from their surroundings along most of each side. In the order
/// of rows, then columns.
std::vector<PixelRect> flat_rectangles(const Borders& borders, int64_t least);

}  // namespace ganvas
