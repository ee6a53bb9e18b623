// How a run is measured on its way.
// SPDX-License-Identifier: Apache-2.0
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
  options.sheet_side = spec_.data.images.size;
  const auto model = Model::view(session_->method(), session_->info(), machine);
  return spec_.data.measure(model, *validation_, options);
}

/// True if two images of the validation become the same one: what they are is no longer looked at. A network that
/// has learned little yet makes grey of all, so that before the first difference only black and white count.
bool Run::ignores_its_input() {
  constexpr double kLevels = 0.1, kOfInputs = 4;  // mean differences, levels of 255
  constexpr double kSaturated = 0.9;              // mean of |x| in [-1, 1]
  const auto& abilities = session_->method().abilities();
  if (abilities.directions.empty() || abilities.predicts == Predicts::kClass ||
      validation_->size() < 2) {
    return false;
  }
  auto machine = machine_;
  machine.precision = Precision::kFp32;
  const auto model = Model::view(session_->method(), session_->info(), machine);
  const Translation how{.direction = abilities.directions[0]};
  const auto levels = [](const Tensor& a, const Tensor& b) {
    if (a.sizes() != b.sizes()) return 0.0;
    return 127.5 * (a - b).abs().mean().item<double>();
  };
  const auto input_of = [&](int64_t i) {
    const auto sample = validation_->get(i, Random(0));
    return how.direction == Direction::kAtoB ? sample.a : sample.b;
  };
  const auto first = input_of(0), second = input_of(1);
  if (!first.defined() || levels(first, second) < kOfInputs) return false;
  const auto made = model(first, how);
  if (levels(made, model(second, how)) >= kLevels) {
    has_seen_input_ = true;
    return false;
  }
  return has_seen_input_ || made.abs().mean().item<double>() > kSaturated;
}

/// What a validation shows, to everybody; false if it broke off.
bool Run::look() {
  const RandomStateScope keep;  // what a run becomes does not depend on when it was looked at
  seed_torch(0);
  Report report;
  try {
    report = measure();
    ignored_ = ignores_its_input() ? ignored_ + 1 : 0;
  } catch (const std::exception& error) {  // of a file, of memory: no reason to lose a run
    const std::string text = error.what();
    tell_passed_over("validation: " + text.substr(0, text.find('\n')));
    return false;
  }
  if (interrupted()) return false;  // what was seen is not all
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
  emit(event);
  if (const auto verdict = watchdog_.hear_figures(event.numbers)) {
    emit({"verdict", session_->step(), {}, *verdict});
  }
  if (report.score) schedule_.hear(*report.score);
  if (report.score && *report.score < session_->best_score) {
    session_->best_score = *report.score;
    session_->save_weights(spec_.folder / "checkpoints" / "best.safetensors");
  }
  return true;
}

void Run::validate() {
  constexpr int64_t kMostIgnored = 2;  // validations in a row
  if (!validation_ || !look()) return;
  if (ignored_ == 0) healthy_step_ = session_->step();
  if (ignored_ < kMostIgnored) return;
  for (const auto& checkpoint : list_checkpoints(spec_.folder)) {
    if (open_checkpoint(checkpoint).info.step > healthy_step_) set_aside(checkpoint);
  }
  newest_.clear();
  const auto step = session_->step();
  roll_back(c10::str("step ", step, ": different images become the same one"));
}

/// A kill between a checkpoint and its validation: what it says decides what comes.
void Run::validate_if_missed() {
  if (session_->step() == 0 || session_->step() % validate_every_ != 0) return;
  const auto all = read_events_of(spec_.folder / "events.jsonl", "validation");
  if (all.empty() || all.back().step != session_->step()) validate();
}

}  // namespace ganvas
