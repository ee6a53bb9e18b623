// Where neighbouring pixels of an image differ at all.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/borders.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace ganvas {
namespace {

constexpr int64_t kMostSide = 512;  // of a rectangle, pixels
constexpr double kMost = 0.75;      // of a side

/// The first mark in [begin, end), or end.
int64_t first_mark(const uint8_t* marks, int64_t begin, int64_t end) {
  if (begin >= end) return end;
  const auto* at = std::memchr(marks + begin, 1, static_cast<size_t>(end - begin));
  return at == nullptr ? end : static_cast<const uint8_t*>(at) - marks;
}

bool has_most(int64_t count, int64_t of) {
  return static_cast<double>(count) >= kMost * static_cast<double>(of);
}

/// True if the sides of a rectangle are marked along most of their length.
bool is_bounded(const Borders& b, const PixelRect& w) {
  const auto marked_row = [&](int64_t y) {
    if (y == b.height()) return true;
    const auto* row = b.down(y);
    return has_most(std::count(row + w.left, row + w.right, 1), w.width());
  };
  const auto marked_column = [&](int64_t x) {
    if (x == b.width()) return true;
    int64_t count = 0;
    for (int64_t y = w.top; y < w.bottom; ++y) count += b.across(y)[x];
    return has_most(count, w.height());
  };
  return marked_row(w.top) && marked_row(w.bottom) && marked_column(w.left) &&
         marked_column(w.right);
}

}  // namespace

Borders::Borders(const Image& image)
    : image_(image),
      pixel_bytes_(image.channels * image.bits / 8),
      colour_bytes_(static_cast<size_t>(image.colors() * image.bits / 8)),
      across_(static_cast<size_t>(image.width * image.height), 1),
      down_(across_) {
  for (int64_t y = 0; y < height(); ++y) {
    auto* across = across_.data() + y * width();
    auto* down = down_.data() + y * width();
    for (int64_t x = 1; x < width(); ++x) across[x] = !is_same(x, y, x - 1, y);
    if (y == 0) continue;
    for (int64_t x = 0; x < width(); ++x) down[x] = !is_same(x, y, x, y - 1);
  }
}

bool Borders::is_same(int64_t x, int64_t y, int64_t other_x, int64_t other_y) const {
  const auto *a = pixel(x, y), *b = pixel(other_x, other_y);
  // Three bytes are what most images have, and memcmp() of an unknown length is a call.
  if (colour_bytes_ == 3) return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
  return std::memcmp(a, b, colour_bytes_) == 0;
}

uint64_t Borders::colour(int64_t x, int64_t y) const {
  uint64_t number = 0;
  std::memcpy(&number, pixel(x, y), colour_bytes_);
  return number;
}

bool Borders::is_flat(const PixelRect& w) const {
  if (first_mark(across(w.top), w.left + 1, w.right) < w.right) return false;
  for (int64_t y = w.top + 1; y < w.bottom; ++y) {
    if (first_mark(down(y), w.left, w.right) < w.right) return false;
  }
  return true;
}

bool has_jpeg_blocks(const Borders& b) {
  constexpr int64_t kBlock = 8;
  constexpr double kMore = 1.08;
  std::array<int64_t, kBlock> across{}, down{};
  for (int64_t y = 1; y < b.height(); ++y) {
    const auto *row = b.across(y), *below = b.down(y);
    for (int64_t x = 1; x < b.width(); ++x) {
      across[static_cast<size_t>(x % kBlock)] += row[x];
      down[static_cast<size_t>(y % kBlock)] += below[x];
    }
  }
  const auto stands_out = [](const std::array<int64_t, kBlock>& counts) {
    const auto others = std::accumulate(counts.begin() + 1, counts.end(), int64_t{0});
    return static_cast<double>(counts[0] * (kBlock - 1)) > kMore * static_cast<double>(others);
  };
  return stands_out(across) && stands_out(down);
}

std::vector<PixelRect> flat_rectangles(const Borders& b, int64_t least) {
  std::vector<PixelRect> all;
  for (int64_t y = 0; y + least <= b.height(); ++y) {
    const auto *across = b.across(y), *down = b.down(y);
    for (int64_t x = 0; x + least <= b.width();) {
      const int64_t right = first_mark(across, x + 1, b.width());
      const bool may_be = down[x] == 1 && right - x >= least && right - x <= kMostSide;
      PixelRect w{x, y, right, y + 1};
      x = right;
      if (!may_be) continue;
      const int64_t last = std::min(b.height(), y + kMostSide);
      while (w.bottom < last && first_mark(b.down(w.bottom), w.left, w.right) == w.right) {
        ++w.bottom;
      }
      if (w.height() >= least && is_bounded(b, w)) all.push_back(w);
    }
  }
  return all;
}

}  // namespace ganvas
