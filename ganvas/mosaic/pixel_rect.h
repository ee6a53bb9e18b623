// A part of an image.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ganvas {

/// Pixels [left, right) x [top, bottom).
struct PixelRect {
  int64_t left = 0, top = 0, right = 0, bottom = 0;

  int64_t width() const { return right - left; }
  int64_t height() const { return bottom - top; }
  int64_t middle_x() const { return (left + right) / 2; }
  int64_t middle_y() const { return (top + bottom) / 2; }
  bool holds(int64_t x, int64_t y) const {
    return x >= left && x < right && y >= top && y < bottom;
  }
};

/// A cell without the pixels at its sides that blur may reach.
inline PixelRect unblurred_core(const PixelRect& cell) {
  const auto margin = [](int64_t side) { return side >= 8 ? 2 : side >= 4 ? 1 : 0; };
  const int64_t x = margin(cell.width()), y = margin(cell.height());
  return {cell.left + x, cell.top + y, cell.right - x, cell.bottom - y};
}

}  // namespace ganvas
