// A curve of any length in memory that does not grow.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/reduced_curve.h"

#include <algorithm>
#include <cmath>

namespace ganvas {
namespace {

void join(ReducedCurve::Stretch& to, const ReducedCurve::Stretch& other) {
  to.count += other.count;
  to.sum += other.sum;
  to.low = std::min(to.low, other.low);
  to.high = std::max(to.high, other.high);
}

/// Puts a stretch behind those before it, or into the last of them if that is the same.
void append(std::vector<ReducedCurve::Stretch>& all, const ReducedCurve::Stretch& next) {
  if (!all.empty() && all.back().index == next.index) {
    join(all.back(), next);
  } else {
    all.push_back(next);
  }
}

}  // namespace

void ReducedCurve::add(int64_t step, double value) {
  if (!std::isfinite(value)) return;
  append(stretches_, {(step - 1) / width_, 1, value, value, value});
  while (stretches_.size() > most_) {
    width_ *= 2;
    std::vector<Stretch> halved;
    for (auto stretch : stretches_) {
      stretch.index /= 2;
      append(halved, stretch);
    }
    stretches_ = std::move(halved);
  }
}

void ReducedCurve::drop_after(int64_t step) {
  while (!stretches_.empty() && stretches_.back().index * width_ >= step) stretches_.pop_back();
}

}  // namespace ganvas
