// How a convolution's window goes over a map.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace ganvas::kernels {

/// a / b, rounded up.
inline int64_t divided_up(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

/// What lies beyond the border of a map.
enum class Edge { kZero, kReflect };

/// A convolution, or the adjoint of one with the same weight.
enum class ConvWay { kPlain, kTransposed };

/// The same both ways.
struct Window {
  int64_t kernel, stride, padding;
  Edge edge = Edge::kZero;
  int64_t output_padding = 0;  // by which pixels() is more than the least

  /// Places along a side of so many pixels.
  int64_t places(int64_t side) const { return (side + 2 * padding - kernel) / stride + 1; }

  /// Pixels along a side of the map that a transposed convolution makes of so many.
  int64_t pixels(int64_t places) const {
    return (places - 1) * stride + kernel - 2 * padding + output_padding;
  }

  /// True if a side of so many pixels (transposed, places) gives an output, and has pixels to mirror
  /// where that is asked for; transposed convolutions mirror none.
  bool fits(int64_t side, ConvWay way) const {
    if (way == ConvWay::kTransposed) return edge == Edge::kZero && pixels(side) > 0;
    if (edge == Edge::kReflect && side <= padding) return false;
    return side + 2 * padding >= kernel;
  }
};

/// The pixel at each of `count` positions along a side, the first of them `padding` before the first
/// pixel; -1 for a zero. Pixels are mirrored as far as `padding` beyond either border.
std::vector<int32_t> pixels_at(int64_t count, int64_t side, int64_t padding, Edge edge);

}  // namespace ganvas::kernels
