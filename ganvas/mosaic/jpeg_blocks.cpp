// The blocks that a JPEG of low quality leaves.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/jpeg_blocks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

constexpr int64_t kBlock = 8;  // pixels

// A slope of 1 level a pixel has a coefficient of 18.2, and is lost if that is less than half of the
// quantum: 8 pixels on, that is 0.22 quanta.
constexpr double kMostOfQuantum = 0.25;

/// The coefficients of a block's discrete cosine transform that stand for its slopes across and down.
std::array<double, 2> slopes(const float* pixels, int64_t width) {
  static const auto kCosine = [] {
    std::array<double, kBlock> all{};
    constexpr double kPi = 3.141592653589793;
    for (int64_t i = 0; i < kBlock; ++i)
      all[static_cast<size_t>(i)] = std::cos((2.0 * static_cast<double>(i) + 1) * kPi / 16);
    return all;
  }();
  double across = 0, down = 0;
  for (int64_t y = 0; y < kBlock; ++y) {
    for (int64_t x = 0; x < kBlock; ++x) {
      const double value = pixels[y * width + x];
      across += kCosine[static_cast<size_t>(x)] * value;
      down += kCosine[static_cast<size_t>(y)] * value;
    }
  }
  const double scale = 127.5 * std::sqrt(2.0) / 8;  // levels, orthonormal
  return {across * scale, down * scale};
}

}  // namespace

double jpeg_block_step(const Image& image) {
  constexpr double kAny = 1.5;
  constexpr size_t kLeast = 20;
  const auto luma = to_tensor(image, 1);
  const auto* pixels = luma.const_data_ptr<float>();
  std::vector<double> all;
  for (int64_t y = 0; y + kBlock <= image.height; y += kBlock) {
    for (int64_t x = 0; x + kBlock <= image.width; x += kBlock) {
      for (const double slope : slopes(pixels + y * image.width + x, image.width)) {
        if (std::abs(slope) > kAny) all.push_back(std::abs(slope));
      }
    }
  }
  if (all.size() < kLeast) return kMostOfQuantum * kAny;
  // Smaller ones are what clamping and the cells of mosaics leave.
  constexpr double kSmaller = 0.3;
  const auto first =
      all.begin() + static_cast<std::ptrdiff_t>(kSmaller * static_cast<double>(all.size()));
  std::nth_element(all.begin(), first, all.end());
  return kMostOfQuantum * *first;
}

bool is_on_blocks(const Comb& comb) {
  constexpr double kNear = 0.1;  // pixels
  const auto is_multiple = [](double number, double of) {
    return std::abs(number / of - std::round(number / of)) * of < kNear;
  };
  const bool fits = is_multiple(comb.period, kBlock) || is_multiple(kBlock, comb.period);
  return fits && is_multiple(comb.phase, std::min<double>(comb.period, kBlock));
}

}  // namespace ganvas
