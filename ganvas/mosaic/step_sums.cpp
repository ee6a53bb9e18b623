// What changes from pixel to pixel in an image, summed over its parts.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/step_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace ganvas {
namespace {

constexpr double kUnit = 15.9;  // of a step of 1; the largest is 16

/// The numbers of a row as they are stored, of 8 or 16 bits.
template <typename Number>
const Number* row_of(const Image& image, int64_t y) {
  return reinterpret_cast<const Number*>(image.bytes.data()) + y * image.width * image.channels;
}

constexpr int64_t kParts = 4;  // of a level, in whole numbers

/// sqrt() of differences in parts of a level, by table.
std::array<uint8_t, 255 * kParts + 1> roots() {
  std::array<uint8_t, 255 * kParts + 1> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const double levels = static_cast<double>(i) / kParts;
    table[i] = static_cast<uint8_t>(std::lround(kUnit * std::sqrt(levels)));
  }
  return table;
}

/// The luma of a row (BT.601) in parts of a level.
template <typename Number>
void read_luma(const Image& image, int64_t y, std::vector<int64_t>& luma) {
  constexpr int64_t kRed = 77, kGreen = 150, kBlue = 29, kAll = kRed + kGreen + kBlue;
  constexpr int64_t kScale = kAll * (sizeof(Number) == 2 ? 257 : 1);
  const auto* pixel = row_of<Number>(image, y);
  for (auto& value : luma) {
    const int64_t sum = image.colors() == 1
                            ? int64_t{pixel[0]} * kAll
                            : kRed * pixel[0] + kGreen * pixel[1] + kBlue * pixel[2];
    value = sum * kParts / kScale;
    pixel += image.channels;
  }
}

template <typename Number>
void add_steps(const Image& image, double block_step, Sums& across, Sums& down) {
  constexpr int64_t kBlock = 8;
  const auto table = roots();
  const int64_t blocks = std::lround(block_step * kParts);
  const auto width = static_cast<size_t>(image.width);
  std::vector<uint8_t> steps(width, 0);
  std::vector<int64_t> row(width), above;
  const auto step = [&](int64_t a, int64_t b, int64_t place) {
    const int64_t difference = std::abs(a - b) - (place % kBlock == 0 ? blocks : 0);
    return table[static_cast<size_t>(std::max<int64_t>(0, difference))];
  };
  for (int64_t y = 0; y < image.height; ++y) {
    read_luma<Number>(image, y, row);
    if (y == 0) above = row;
    steps[0] = 0;
    for (size_t x = 1; x < width; ++x) {
      steps[x] = step(row[x], row[x - 1], static_cast<int64_t>(x));
    }
    across.add_row(steps);
    for (size_t x = 0; x < width; ++x) steps[x] = step(row[x], above[x], y);
    down.add_row(steps);
    std::swap(row, above);
  }
}

template <typename Number>
std::vector<float> levels_of(const Image& image, const PixelRect& w) {
  constexpr std::array<float, 3> kWeights = {0.299F, 0.587F, 0.114F};
  constexpr float kLevel = sizeof(Number) == 2 ? 257 : 1;
  std::vector<float> levels;
  levels.reserve(static_cast<size_t>(w.width() * w.height()));
  for (int64_t y = w.top; y < w.bottom; ++y) {
    const auto* pixel = row_of<Number>(image, y) + w.left * image.channels;
    for (int64_t x = w.left; x < w.right; ++x, pixel += image.channels) {
      float level = 0;
      if (image.colors() == 1) {
        level = static_cast<float>(pixel[0]);
      } else {
        for (size_t c = 0; c < kWeights.size(); ++c)
          level += kWeights[c] * static_cast<float>(pixel[c]);
      }
      levels.push_back(level / kLevel);
    }
  }
  return levels;
}

}  // namespace

Sums::Sums(int64_t width, int64_t height) : row_(width + 1) {
  sums_.reserve(static_cast<size_t>(row_ * (height + 1)));
  sums_.resize(static_cast<size_t>(row_), 0);
}

void Sums::add_row(const std::vector<uint8_t>& numbers) {
  const size_t above = sums_.size() - static_cast<size_t>(row_);
  uint32_t row = 0;
  sums_.push_back(0);
  for (size_t x = 0; x < numbers.size(); ++x) {
    row += numbers[x];
    sums_.push_back(sums_[above + x + 1] + row);
  }
}

StepSums::StepSums(const Image& image, double block_step)
    : width_(image.width), height_(image.height), across_(width_, height_), down_(width_, height_) {
  if (image.bits == 16) {
    add_steps<uint16_t>(image, block_step, across_, down_);
  } else {
    add_steps<uint8_t>(image, block_step, across_, down_);
  }
}

double StepSums::mean_of(const Sums& sums, const PixelRect& w) const {
  if (w.width() < 1 || w.height() < 1) return 0;
  return static_cast<double>(sums.of(w)) / (kUnit * static_cast<double>(w.width() * w.height()));
}

std::vector<float> luma_of(const Image& image, const PixelRect& w) {
  return image.bits == 16 ? levels_of<uint16_t>(image, w) : levels_of<uint8_t>(image, w);
}

double mean_luma(const Image& image, const PixelRect& w) {
  const auto levels = luma_of(image, w);
  return std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
}

}  // namespace ganvas
