// What changes from pixel to pixel in a picture, and sums over its parts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// A part of a picture: pixels [left, right) x [top, bottom).
struct Window {
  int64_t left, top, right, bottom;
  bool holds(int64_t x, int64_t y) const {
    return x >= left && x < right && y >= top && y < bottom;
  }
};

/// Numbers [H, W] that are summed over windows in no time.
class Sums {
 public:
  explicit Sums(const Tensor& numbers);
  double sum(const Window& w) const;

 private:
  int64_t width_;
  Tensor sums_;
  const double* at_;
};

/// The steps of a picture in levels, a mean over channels: across[y][x] from pixel x - 1 to x,
/// down[y][x] from y - 1 to y. Large steps count as 48, so that lone edges do not drown a grid.
class Steps {
 public:
  /// picture: [C, H, W] float in [-1, 1]
  explicit Steps(const Tensor& picture);

  int64_t height() const { return height_; }
  int64_t width() const { return width_; }
  const Sums& across() const { return across_; }
  const Sums& down() const { return down_; }

  /// Of the mean colours of two parts, the mean over channels, in levels; capped like a step.
  double difference(const Window& a, const Window& b) const;

  /// The mean step of each column, or row, of a window; entry 0 is 0.
  std::vector<double> profile_across(const Window& w) const;
  std::vector<double> profile_down(const Window& w) const;

  /// The same over a mask [H, W]; steps into the mask do not count.
  std::vector<double> profile_across(const Tensor& mask) const;
  std::vector<double> profile_down(const Tensor& mask) const;

 private:
  int64_t height_, width_;
  Tensor across_raw_, down_raw_;
  Sums across_, down_;
  std::vector<Sums> colours_;
};

}  // namespace ganvas
