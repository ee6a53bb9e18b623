// How the learning rate goes over a run.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ganvas {
namespace {

/// What is left of the rate when `left` of the falling part is left: 1 before it, 0 at its end.
double fallen(LrSchedule shape, double left) {
  if (left >= 1) return 1;
  return shape == LrSchedule::kCosine ? 0.5 - 0.5 * std::cos(std::numbers::pi * left) : left;
}

}  // namespace

double Schedule::factor(int64_t steps_done) const {
  double factor = 1;
  const bool falls = config_.shape == LrSchedule::kLinear || config_.shape == LrSchedule::kCosine;
  if (falls && config_.decay > 0) {
    const auto left = static_cast<double>(total_ - steps_done);
    factor = fallen(config_.shape, left / (config_.decay * static_cast<double>(total_)));
  }
  if (config_.shape == LrSchedule::kPlateau) factor = share_;
  if (steps_done >= config_.warmup) return factor;
  return factor * static_cast<double>(steps_done + 1) / static_cast<double>(config_.warmup);
}

void Schedule::hear(double score) {
  if (score < best_) {
    best_ = score;
    since_best_ = since_fall_ = 0;
    return;
  }
  ++since_best_;
  if (++since_fall_ < config_.patience) return;
  share_ /= 2;
  since_fall_ = 0;
}

}  // namespace ganvas
