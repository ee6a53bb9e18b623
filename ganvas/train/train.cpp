// The training loop: steps, schedule, validation, checkpoints, resume.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/train.h"

#include <algorithm>
#include <chrono>

#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/data/loader.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/image/codec.h"
#include "ganvas/inference/model.h"
#include "ganvas/train/run_folder.h"
#include "ganvas/train/session.h"

namespace ganvas {
namespace {

/// A run in progress: the loop of train(), cut into its parts.
class Run {
 public:
  Run(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks);
  TrainOutcome play();

 private:
  void begin();
  void resume();
  void check_same_knobs(const Checkpoint& checkpoint) const;
  void emit(const Event& event) const;
  double lr_factor() const;
  void play_one(Loader& loader);
  void validate();
  void save();
  Report measure();
  bool due(int64_t every) const {
    return session_.step() % every == 0 || session_.step() == total_;
  }

  const RunSpec& spec_;
  Machine machine_;
  Session session_;
  std::unique_ptr<Dataset> data_, validation_;  // validation_ may be null
  int64_t total_, save_every_, validate_every_;
  std::vector<Sink> sinks_;
  fs::path newest_;
  double seconds_per_step_ = 0;  // a running mean
};

Run::Run(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks)
    : spec_(spec),
      machine_(set_up_machine(spec.machine, Work::kTraining)),
      session_(spec, machine_),
      data_(spec.data.open(Split::kTrain, View::kAugmented)),
      sinks_(more_sinks) {
  for (const auto split : spec.data.task().validation) {
    if (!validation_) validation_ = spec.data.open_if_any(split, View::kPlain);
  }
  const int64_t epoch = (data_->size() + spec.train.batch - 1) / spec.train.batch;
  total_ = spec.run.steps > 0 ? spec.run.steps : spec.run.epochs * epoch;
  save_every_ = spec.run.save_every > 0 ? spec.run.save_every : std::max<int64_t>(200, epoch);
  validate_every_ = spec.run.validate_every > 0 ? spec.run.validate_every : save_every_;
  const bool has_run = holds_run(spec.folder);
  require_usage(start == Start::kResume || !has_run, "--run: ", spec.folder.string(),
                ": holds a run already; add --resume to go on with it, or name another folder");
  if (start == Start::kFresh) begin();
  make_folders(spec.folder / "checkpoints");
  make_folders(spec.folder / "samples");
  remove_partial_files(spec.folder / "checkpoints");
  if (start == Start::kResume) resume();
  write_run_config(spec);
  sinks_.push_back(jsonl_sink(spec.folder / "events.jsonl", session_.step()));
  sinks_.push_back(console_sink(total_));
}

void Run::begin() {
  if (spec_.train.init_from == "none") return;
  const auto file = find_checkpoint(spec_.train.init_from);
  const auto names = session_.begin_with(open_checkpoint(file));
  note("beginning with the weights of " + file.string() + ": " + c10::str(c10::Join(", ", names)));
}

void Run::resume() {
  const auto all = list_checkpoints(spec_.folder);
  if (all.empty()) {
    note("nothing was saved yet: starting at step 0");
    begin();
    return;
  }
  newest_ = all.back();
  const auto checkpoint = open_checkpoint(newest_);
  check_same_knobs(checkpoint);
  session_.load(checkpoint);
  note(c10::str("resuming at step ", session_.step(), " from ", newest_.string()));
}

void Run::check_same_knobs(const Checkpoint& checkpoint) const {
  require_usage(checkpoint.info.method == spec_.method, "--resume: the run's method is ",
                checkpoint.info.method, ", got --method ", spec_.method);
  std::vector<std::string> free;
  for (const auto& knob : describe(spec_.run)) free.push_back(knob.name);
  for (const auto& knob : describe(spec_.machine)) free.push_back(knob.name);
  RunSpec defaults;  // what an older ganvas did that had no such knob yet
  defaults.method = spec_.method;
  defaults.data.layout = spec_.data.layout;
  Settings earlier;
  for (const auto& knob : defaults.knobs()) earlier.emplace_back(knob.name, knob.value);
  earlier.insert(earlier.end(), checkpoint.info.settings.begin(), checkpoint.info.settings.end());
  for (const auto& knob : spec_.knobs()) {
    if (std::find(free.begin(), free.end(), knob.name) != free.end()) continue;
    const auto before = find_setting(earlier, knob.name);
    require_usage(before == knob.value, "--resume: the run was begun with --", knob.name, " ",
                  before.value_or("(unknown)"), ", got ", knob.value,
                  "; leave it out, or start another run");
  }
}

void Run::emit(const Event& event) const {
  for (const auto& sink : sinks_) sink(event);
}

double Run::lr_factor() const {
  if (spec_.train.lr_decay == 0) return 1;
  const auto left = static_cast<double>(total_ - session_.step());
  return std::min(1.0, left / (spec_.train.lr_decay * static_cast<double>(total_)));
}

void Run::play_one(Loader& loader) {
  const auto begin = std::chrono::steady_clock::now();
  auto loaded = loader.next();
  for (const auto& reason : loaded.skipped) emit({"skipped", session_.step(), {}, reason});
  const double factor = lr_factor();
  Event event{"step"};
  try {
    event.numbers = session_.play(loaded.batch, factor);
  } catch (const Error& error) {
    throw Error(c10::str(error.what(), "; the last good checkpoint is ",
                         newest_.empty() ? "none" : newest_.string()));
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  seconds_per_step_ =
      seconds_per_step_ == 0 ? passed.count() : 0.95 * seconds_per_step_ + 0.05 * passed.count();
  event.step = session_.step();
  event.numbers.emplace_back("lr_factor", factor);
  event.numbers.emplace_back("images_per_s",
                             static_cast<double>(spec_.train.batch) / seconds_per_step_);
  event.numbers.emplace_back("seconds_left",
                             seconds_per_step_ * static_cast<double>(total_ - event.step));
  emit(event);
}

/// In fp32, as the weights will be used.
Report Run::measure() {
  constexpr int64_t kMostTranslated = 16, kMostClassified = 200, kSheetRows = 6, kSamples = 8;
  auto machine = machine_;
  machine.precision = Precision::kFp32;
  MeasureOptions options;
  options.most_translated = kMostTranslated;
  options.most_classified = kMostClassified;
  options.samples = kSamples;
  options.kept_samples = kSamples;
  options.sheet_rows = kSheetRows;
  options.sheet_side = spec_.data.images.size;
  const auto model = Model::view(session_.method(), session_.info(), machine);
  return spec_.data.measure(model, *validation_, options);
}

void Run::validate() {
  if (!validation_) return;
  const RandomStateScope keep;  // what a run becomes does not depend on when it was looked at
  seed_torch(0);
  Report report;
  try {
    report = measure();
  } catch (const Error& error) {  // of a file, say; no reason to lose a run
    emit({"skipped", session_.step(), {}, c10::str("validation: ", error.what())});
    return;
  }
  if (interrupted()) return;  // what was seen is not all
  const auto name = checkpoint_path("", session_.step()).stem().string();
  if (report.sheet) write_image(*report.sheet, spec_.folder / "samples" / (name + ".png"));
  Event event{"validation", session_.step()};
  for (const auto& figure : report.row("model").figures) {
    event.numbers.emplace_back(figure.name, figure.value);
  }
  emit(event);
  if (report.score && *report.score < session_.best_score) {
    session_.best_score = *report.score;
    session_.save_weights(spec_.folder / "checkpoints" / "best.safetensors");
  }
}

void Run::save() {
  newest_ = checkpoint_path(spec_.folder, session_.step());
  session_.save(newest_);
  auto all = list_checkpoints(spec_.folder);
  const auto keep = static_cast<size_t>(spec_.run.keep);
  for (size_t i = 0; i + keep < all.size(); ++i) fs::remove(all[i]);
  emit({"checkpoint", session_.step(), {}, newest_.string()});
}

TrainOutcome Run::play() {
  note(c10::str("training ", spec_.method, " on ", data_->size(), " ", spec_.data.task().noun,
                " from ", spec_.data.folder.string(), ", ", total_, " steps, ",
                describe(machine_)));
  watch_interrupts();
  Loader loader(*data_, {spec_.train.batch, spec_.run.workers,
                         static_cast<uint64_t>(spec_.train.seed), session_.step(),
                         /*pinned=*/machine_.device.is_cuda()});
  bool is_saved = session_.step() > 0;
  while (session_.step() < total_ && !interrupted()) {
    play_one(loader);
    if (due(validate_every_)) validate();
    is_saved = due(save_every_);
    if (is_saved) save();
  }
  if (!is_saved) save();
  return {session_.step(), session_.step() < total_, newest_};
}

}  // namespace

TrainOutcome train(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks) {
  return Run(spec, start, more_sinks).play();
}

}  // namespace ganvas
