// How the learning rate goes over a run, and when a run has learned enough.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ganvas/core/config.h"

namespace ganvas {

enum class LrSchedule { kLinear, kCosine, kConstant, kPlateau };

struct ScheduleConfig {
  LrSchedule shape = LrSchedule::kLinear;
  double decay = 0.5;
  int64_t warmup = 0;
  int64_t patience = 10;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("lr-schedule", shape,
      "how the learning rate falls: in a line or as a cosine over --lr-decay of the run, not at all, or by "
      "half whenever --lr-patience validations were no better than the best",
      Choices{"linear", "cosine", "constant", "plateau"});
    v("lr-decay", decay,
      "last share of the run over which the learning rate falls to zero, linearly or as a cosine",
      Range{0, 1});
    v("lr-warmup", warmup, "first steps, over which the learning rate rises linearly",
      Range{0, 1e9});
    v("lr-patience", patience, "of --lr-schedule plateau", Range{1, 1e6});
  }
};

/// The learning rate as a share of what --lr says. A value; what it has heard comes back from the run's
/// events.
class Schedule {
 public:
  Schedule(const ScheduleConfig& config, int64_t total_steps)
      : config_(config), total_(total_steps) {}

  /// For the step that comes after so many: in (0, 1] before the end.
  double factor(int64_t steps_done) const;

  /// Takes note of a validation's score, the lower the better.
  void hear(double score);

  /// Validations since the best one.
  int64_t since_best() const { return since_best_; }

 private:
  ScheduleConfig config_;
  int64_t total_;
  double best_ = 1e300, share_ = 1;  // share_: of plateau
  int64_t since_best_ = 0, since_fall_ = 0;
};

}  // namespace ganvas
