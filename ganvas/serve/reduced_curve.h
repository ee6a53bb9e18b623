// A curve of any length in memory that does not grow.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ganvas {

/// Numbers of steps, one after the other, as stretches of equal width: their mean, lowest and highest. When there
/// are too many stretches, each two become one.
class ReducedCurve {
 public:
  /// Of steps i * width + 1 to (i + 1) * width, as far as there are numbers.
  struct Stretch {
    int64_t index = 0, count = 0;
    double sum = 0, low = 0, high = 0;

    double mean() const { return sum / static_cast<double>(count); }
  };

  explicit ReducedCurve(size_t most_stretches = 2048) : most_(most_stretches) {}

  /// step: 1 or more, never less than the last. What is not finite is left out.
  void add(int64_t step, double value);

  /// Forgets what lies behind a step, up to the width of a stretch: a run that goes back makes it again.
  void drop_after(int64_t step);

  int64_t width() const { return width_; }
  const std::vector<Stretch>& stretches() const { return stretches_; }

 private:
  size_t most_;
  int64_t width_ = 1;
  std::vector<Stretch> stretches_;
};

}  // namespace ganvas
