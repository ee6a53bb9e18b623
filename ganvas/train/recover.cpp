// What is done about a run that goes wrong: batches passed over, steps back.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <ATen/ops/tensor.h>

#include "ganvas/core/log.h"
#include "ganvas/train/private/run.h"

namespace ganvas {
namespace {

constexpr auto kRecovery = "recovery";
constexpr auto kWatchdogPrefix = "watchdog/";

}  // namespace

NamedTensors Run::recovery_state() const {
  const double numbers[] = {recovery_.lr_share, static_cast<double>(recovery_.rollbacks),
                            static_cast<double>(recovery_.diverged_at),
                            static_cast<double>(recovery_.skipped_in_row)};
  NamedTensors all = {{kRecovery, at::tensor(at::ArrayRef<double>(numbers), at::kDouble)}};
  for (const auto& [name, tensor] : watchdog_.state())
    all.emplace_back(kWatchdogPrefix + name, tensor);
  return all;
}

/// What recovery_state() gave; an earlier version's checkpoint has none.
void Run::load_recovery(const NamedTensors& saved) {
  const std::string prefix = kWatchdogPrefix;
  NamedTensors seen;
  recovery_ = {};
  for (const auto& [name, tensor] : saved) {
    if (name.rfind(prefix, 0) == 0) seen.emplace_back(name.substr(prefix.size()), tensor);
    if (name != kRecovery) continue;
    const auto whole = [&t = tensor](int64_t i) { return std::llround(t[i].item<double>()); };
    recovery_ = {tensor[0].item<double>(), whole(1), whole(2), whole(3)};
  }
  watchdog_.load(seen);
}

void Run::load_recovery_of(const SafetensorsFile& file) {
  NamedTensors saved;
  for (const auto& name : file.names()) {
    if (name == kRecovery || name.rfind(kWatchdogPrefix, 0) == 0)
      saved.emplace_back(name, file.read(name));
  }
  load_recovery(saved);
}

/// After a loss that is no number: the batch may be to blame, or what was learned.
Run::Played Run::recover(const std::string& reason) {
  if (recovery_.skipped_in_row < spec_.run.watchdog.skip_batches &&
      !world_.any(!session_->is_finite())) {
    ++recovery_.skipped_in_row;
    session_->skip();
    is_between_steps_ = true;
    emit({"watchdog", session_->step(), {}, reason + "; this batch was passed over"});
    return Played::kOn;
  }
  roll_back(reason);
  return Played::kWentBack;
}

/// Back to the last checkpoint of the first `healthy_step` steps, or the beginning, with half of the learning
/// rate. What was saved after that is set aside.
void Run::roll_back(const std::string& reason, int64_t healthy_step) {
  auto after = recovery_;
  after.skipped_in_row = 0;
  after.diverged_at = std::max(after.diverged_at, session_->step());
  newest_ = world_.from_first([&] {
    for (const auto& checkpoint : list_checkpoints(spec_.folder)) {
      if (step_of(checkpoint) > healthy_step) set_aside(checkpoint, ".diverged");
    }
    const auto left = list_checkpoints(spec_.folder);
    return left.empty() ? "" : left.back().string();
  });
  if (after.rollbacks == spec_.run.watchdog.rollbacks) {
    const auto tried = after.rollbacks > 0
                           ? c10::str(", and going back ", after.rollbacks,
                                      " times with half of the learning rate each did not help")
                           : "";
    throw GaveUp(c10::str(reason, tried, "; begin again with a smaller --lr, the losses are in ",
                          (spec_.folder / "events.jsonl").string(), last_good()));
  }
  ++after.rollbacks;
  after.lr_share /= 2;
  is_between_steps_ = false;
  session_.reset();  // a device may not have room for two
  session_ = std::make_unique<Session>(spec_, machine_, world_);
  watchdog_.load({});
  world_.from_first([&] {
    if (newest_.empty()) {
      begin();
      session_->load_best_score(best_checkpoint());
    } else {
      load_newest();
    }
    return "";
  });
  copy_from_first();
  recovery_ = after;
  go_on_from_here();
  emit({"watchdog",
        session_->step(),
        {{"lr_share", after.lr_share}},
        c10::str(reason, "; went back to step ", session_->step(), ", with ", after.lr_share,
                 " of the learning rate")});
  save();  // so that who is killed now goes on with as much
  is_between_steps_ = true;
}

}  // namespace ganvas
