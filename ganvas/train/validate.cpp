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

void Run::validate() {
  if (!validation_) return;
  const RandomStateScope keep;  // what a run becomes does not depend on when it was looked at
  seed_torch(0);
  Report report;
  try {
    report = measure();
  } catch (const std::exception& error) {  // of a file, of memory: no reason to lose a run
    const std::string text = error.what();
    tell_passed_over("validation: " + text.substr(0, text.find('\n')));
    return;
  }
  if (interrupted()) return;  // what was seen is not all
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
  if (report.score) schedule_.hear(*report.score);
  if (report.score && *report.score < session_->best_score) {
    session_->best_score = *report.score;
    session_->save_weights(spec_.folder / "checkpoints" / "best.safetensors");
  }
}

/// A kill between a checkpoint and its validation: what it says decides what comes.
void Run::validate_if_missed() {
  if (session_->step() == 0 || session_->step() % validate_every_ != 0) return;
  const auto all = read_events_of(spec_.folder / "events.jsonl", "validation");
  if (all.empty() || all.back().step != session_->step()) validate();
}

}  // namespace ganvas
