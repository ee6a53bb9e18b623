// How a run is measured on its way.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ganvas/core/interrupt.h"
#include "ganvas/core/random.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/image/codec.h"
#include "ganvas/inference/model.h"
#include "ganvas/train/private/run.h"

namespace ganvas {

/// In fp32, as the weights will be used.
Report Run::measure() {
  constexpr int64_t kSheetRows = 6, kSamples = 8;
  auto machine = machine_;
  machine.precision = Precision::kFp32;
  MeasureOptions options;
  options.most_translated = kMostTranslated;
  options.most_classified = kMostClassified;
  options.samples = kSamples;
  options.kept_samples = kSamples;
  options.sheet_rows = kSheetRows;
  options.sheet_side = spec_.data.images.size.longer();
  const auto model = Model::view(session_->method(), session_->info(), machine);
  return spec_.data.measure(model, *validation_, options);
}

/// Whether different images of the validation become the same one: what they are is then no longer looked at. A
/// network that has learned little yet makes grey of all, so that before the first difference only black and
/// white count. Nothing where it cannot be told: of other methods, or if what should come out is the same.
std::optional<bool> Run::ignores_its_input() {
  constexpr double kLevels = 0.1, kDifferent = 4;  // mean differences, levels of 255
  constexpr double kSaturated = 0.9;               // mean of |x| in [-1, 1]
  constexpr int64_t kLookedAt = 4;
  const auto& abilities = session_->method().abilities();
  if (abilities.directions.empty() || abilities.predicts == Predicts::kClass) return std::nullopt;
  auto machine = machine_;
  machine.precision = Precision::kFp32;
  const auto model = Model::view(session_->method(), session_->info(), machine);
  const Translation how{.direction = abilities.directions[0]};
  const auto levels = [](const Tensor& a, const Tensor& b) {
    if (!a.defined() || !b.defined() || a.sizes() != b.sizes()) return 0.0;
    return 127.5 * (a - b).abs().mean().item<double>();
  };
  const auto first = validation_->get(0, Random(0));
  if (!first.a.defined()) return std::nullopt;
  const bool is_forward = how.direction == Direction::kAtoB;
  const auto made = model(is_forward ? first.a : first.b, how);
  std::optional<bool> ignores;
  for (int64_t i = 1; i < std::min(validation_->size(), kLookedAt); ++i) {
    const auto other = validation_->get(i, Random(0));
    const bool is_told = levels(first.a, other.a) > kDifferent &&
                         (!first.b.defined() || levels(first.b, other.b) > kDifferent);
    if (!is_told) continue;
    if (levels(made, model(is_forward ? other.a : other.b, how)) >= kLevels) return false;
    if (has_seen_input_ || made.abs().mean().item<double>() > kSaturated) ignores = true;
  }
  return ignores;
}

/// What a validation shows, to everybody: the line of its event, empty if it broke off.
std::string Run::look() {
  const RandomStateScope keep;  // what a run becomes does not depend on when it was looked at
  seed_torch(0);
  Report report;
  std::optional<bool> ignores;
  try {
    report = measure();
    ignores = ignores_its_input();
  } catch (const std::exception& error) {  // of a file, of memory: no reason to lose a run
    const std::string text = error.what();
    tell_passed_over("validation: " + text.substr(0, text.find('\n')));
    return "";
  }
  if (interrupted()) return "";  // what was seen is not all
  const auto name = checkpoint_path("", session_->step()).stem().string();
  if (report.sheet) {
    write_image(*report.sheet, spec_.folder / "samples" / (name + ".webp"));
    thin_sheets(spec_.folder, spec_.run.sheets);
  }
  Event event{"validation", session_->step()};
  for (const auto& figure : report.row("model").figures) {
    event.numbers.emplace_back(figure.name, figure.value);
  }
  if (report.score) event.numbers.emplace_back(kScore, *report.score);
  if (ignores) event.numbers.emplace_back(kIgnoresInput, *ignores ? 1 : 0);
  if (report.score && *report.score < session_->best_score) {
    session_->best_score = *report.score;
    session_->save_weights(
        best_checkpoint());  // before the event, which a kill may keep from coming
  }
  emit(event);
  return line_of_event(event);
}

/// The first process looks, and all hear it; false if it broke off.
bool Run::look_together() {
  const auto line = world_.from_first([&] { return look(); });
  if (line.empty()) return false;
  const auto event = parse_event(line, "validation");
  hear_validation(event);
  if (const auto verdict = watchdog_.hear_figures(event.numbers)) {
    emit({"verdict", session_->step(), {}, *verdict});
  }
  return true;
}

/// What is decided by validations, when they happen and when a log is read again.
void Run::hear_validation(const Event& event) {
  bool is_ignored = false;
  for (const auto& [name, value] : event.numbers) {
    if (name == kScore) schedule_.hear(value);
    if (name != kIgnoresInput) continue;
    is_ignored = value != 0;
    has_seen_input_ = has_seen_input_ || !is_ignored;
  }
  ignored_ = is_ignored ? ignored_ + 1 : 0;
  if (!is_ignored) healthy_step_ = event.step;
}

void Run::validate() {
  constexpr int64_t kMostIgnored = 2;  // validations in a row
  if (!validation_ || !look_together() || ignored_ < kMostIgnored) return;
  roll_back(c10::str("step ", session_->step(), ": different images become the same one"),
            healthy_step_);
}

/// A kill between a checkpoint and its validation: what it says decides what comes.
void Run::validate_if_missed() {
  if (session_->step() == 0 || !due(validate_every_)) return;
  const auto last = world_.from_first([&] {
    const auto all = read_events_of(spec_.folder / "events.jsonl", {"validation"});
    return all.empty() ? "" : std::to_string(all.back().step);
  });
  if (last != std::to_string(session_->step())) validate();
}

}  // namespace ganvas
