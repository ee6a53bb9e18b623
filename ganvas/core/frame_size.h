// Width and height of what a network sees.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace ganvas {

/// Width and height, pixels. A square is its side: 256. As text "256", or "512x256", width first.
struct FrameSize {
  int64_t width, height;

  constexpr FrameSize(int64_t side) : width(side), height(side) {}  // NOLINT: a side is a size
  constexpr FrameSize(int64_t w, int64_t h) : width(w), height(h) {}

  constexpr bool is_square() const { return width == height; }
  constexpr int64_t shorter() const { return std::min(width, height); }
  constexpr int64_t longer() const { return std::max(width, height); }
  friend constexpr bool operator==(const FrameSize&, const FrameSize&) = default;
};

}  // namespace ganvas
