// What changes from pixel to pixel in a picture, summed over its parts.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/step_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace ganvas {
namespace {

constexpr double kUnit = 15.9;  // of a step of 1; the largest is 16

/// The numbers of a row as they are stored, of 8 or 16 bits.
template <typename Number>
const Number* row_of(const Image& picture, int64_t y) {
  return reinterpret_cast<const Number*>(picture.bytes.data()) +
         y * picture.width * picture.channels;
}

/// sqrt() of a sum of differences over the colours, by table.
class Roots {
 public:
  explicit Roots(int64_t colours) {
    for (size_t sum = 0; sum < table_.size(); ++sum) {
      const double mean = static_cast<double>(sum) / static_cast<double>(colours);
      table_[sum] = static_cast<uint8_t>(std::lround(kUnit * std::sqrt(std::min(mean, 255.0))));
    }
  }
  uint8_t of(int64_t sum) const { return table_[static_cast<size_t>(sum)]; }

 private:
  std::array<uint8_t, 3 * 255 + 1> table_{};
};

template <typename Number>
void add_steps(const Image& picture, double block_step, Sums& across, Sums& down) {
  constexpr int64_t kLevel = sizeof(Number) == 2 ? 257 : 1, kBlock = 8;
  const Roots roots(picture.colors());
  const int64_t blocks = std::lround(block_step * static_cast<double>(picture.colors()));
  std::vector<uint8_t> steps(static_cast<size_t>(picture.width));
  const auto difference = [&](const Number* a, const Number* b, int64_t place) {
    int64_t sum = 0;
    for (int64_t c = 0; c < picture.colors(); ++c) sum += std::abs(int64_t{a[c]} - int64_t{b[c]});
    return roots.of(std::max<int64_t>(0, sum / kLevel - (place % kBlock == 0 ? blocks : 0)));
  };
  for (int64_t y = 0; y < picture.height; ++y) {
    const auto* row = row_of<Number>(picture, y);
    const auto* above = row_of<Number>(picture, y > 0 ? y - 1 : 0);
    const auto pixel = [&](const Number* of, int64_t x) { return of + x * picture.channels; };
    steps[0] = 0;
    for (int64_t x = 1; x < picture.width; ++x) {
      steps[static_cast<size_t>(x)] = difference(pixel(row, x), pixel(row, x - 1), x);
    }
    across.add_row(steps);
    for (int64_t x = 0; x < picture.width; ++x) {
      steps[static_cast<size_t>(x)] = difference(pixel(row, x), pixel(above, x), y);
    }
    down.add_row(steps);
  }
}

template <typename Number>
double mean_luma_of(const Image& picture, const Window& w) {
  constexpr std::array<double, 3> kWeights = {0.299, 0.587, 0.114};
  double sum = 0;
  for (int64_t y = w.top; y < w.bottom; ++y) {
    const auto* row = row_of<Number>(picture, y);
    for (int64_t x = w.left; x < w.right; ++x) {
      const auto* pixel = row + x * picture.channels;
      if (picture.colors() == 1) {
        sum += static_cast<double>(pixel[0]);
      } else {
        for (size_t c = 0; c < kWeights.size(); ++c)
          sum += kWeights[c] * static_cast<double>(pixel[c]);
      }
    }
  }
  const double level = sizeof(Number) == 2 ? 257 : 1;
  return sum / (level * static_cast<double>(w.width() * w.height()));
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

StepSums::StepSums(const Image& picture, double block_step)
    : width_(picture.width),
      height_(picture.height),
      across_(width_, height_),
      down_(width_, height_) {
  if (picture.bits == 16) {
    add_steps<uint16_t>(picture, block_step, across_, down_);
  } else {
    add_steps<uint8_t>(picture, block_step, across_, down_);
  }
}

double StepSums::mean_of(const Sums& sums, const Window& w) const {
  if (w.width() < 1 || w.height() < 1) return 0;
  return static_cast<double>(sums.of(w)) / (kUnit * static_cast<double>(w.width() * w.height()));
}

double mean_luma(const Image& picture, const Window& w) {
  return picture.bits == 16 ? mean_luma_of<uint16_t>(picture, w)
                            : mean_luma_of<uint8_t>(picture, w);
}

}  // namespace ganvas
