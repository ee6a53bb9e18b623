// The training loop: steps, schedule, validation, checkpoints, resume.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/train.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "ganvas/core/files.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/data/loader.h"
#include "ganvas/data/readable.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/image/codec.h"
#include "ganvas/inference/model.h"
#include "ganvas/train/run_folder.h"
#include "ganvas/train/session.h"

namespace ganvas {
namespace {

// Images that a validation looks at, at most.
constexpr int64_t kMostTranslated = 16, kMostClassified = 200;

/// A run in progress: the loop of train(), cut into its parts.
class Run {
 public:
  Run(const RunSpec& spec, const std::vector<Sink>& more_sinks);

  /// Begins the run's folder, or goes on with what is in it.
  void open(Start start);
  TrainOutcome play();

 private:
  void begin();
  void resume();
  void check_same_knobs(const Checkpoint& checkpoint) const;
  void emit(const Event& event) const;
  double lr_factor() const;
  void play_one(Loader& loader);
  void play_to_end(Loader& loader);
  void tell_beginning() const;
  void tell_passed_over(const std::string& reason);
  DataSeen seen() const { return {data_->size(), data_->count_a(), data_->count_b()}; }
  void validate();
  void save();
  void save_if_possible();
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
  double seconds_per_step_ = 0;   // a running mean
  bool is_between_steps_ = true;  // nobody has moved without the others
  std::optional<RunLock> lock_;
  std::vector<std::string> unreadable_;  // images of the validation, and why
  std::set<std::string> passed_over_;    // files, by what was said of them
};

Run::Run(const RunSpec& spec, const std::vector<Sink>& more_sinks)
    : spec_(spec),
      machine_(set_up_machine(spec.machine, Work::kTraining)),
      session_(spec, machine_),
      data_(spec.data.open(Split::kTrain, View::kAugmented)),
      sinks_(more_sinks) {
  for (const auto split : spec.data.task().validation) {
    if (!validation_) validation_ = spec.data.open_if_any(split, View::kPlain);
  }
  if (validation_) {
    const bool classifies = session_.method().abilities().predicts != Predicts::kNothing;
    validation_ = readable(std::move(validation_), classifies ? kMostClassified : kMostTranslated,
                           unreadable_);
  }
  const int64_t epoch = (data_->size() + spec.train.batch - 1) / spec.train.batch;
  total_ = spec.run.steps > 0 ? spec.run.steps : spec.run.epochs * epoch;
  save_every_ = spec.run.save_every > 0 ? spec.run.save_every : std::max<int64_t>(200, epoch);
  validate_every_ = spec.run.validate_every > 0 ? spec.run.validate_every : save_every_;
}

void Run::open(Start start) {
  const auto& folder = spec_.folder;
  const bool has_run = holds_run(folder) && !list_checkpoints(folder).empty();
  require_usage(start == Start::kResume || !has_run, "--run: ", folder.string(),
                ": holds a run already; add --resume to go on with it, or name another folder");
  if (start == Start::kFresh) begin();
  make_folders(folder / "checkpoints");
  make_folders(folder / "samples");
  lock_.emplace(folder);
  remove_partial_files(folder / "checkpoints");
  if (start == Start::kResume) resume();
  write_run_config(spec_, seen());
  sinks_.push_back(jsonl_sink(folder / "events.jsonl", session_.step()));
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
  const auto before = read_run_config(spec_.folder);
  if (before.seen && *before.seen != seen()) {
    warn(c10::str("the data are others than before: ", before.seen->a, " and ", before.seen->b, " ",
                  spec_.data.task().noun, " from ", before.data, " then, ", seen().a, " and ",
                  seen().b, " from ", spec_.data.folder.string(), " now"));
  }
  session_.load(checkpoint);
  session_.load_best_score(spec_.folder / "checkpoints" / "best.safetensors");
  note(c10::str("resuming at step ", session_.step(), " from ", newest_.string()));
}

void Run::check_same_knobs(const Checkpoint& checkpoint) const {
  require_usage(checkpoint.info.method == spec_.method, "--resume: the run's method is ",
                checkpoint.info.method, ", got --method ", spec_.method);
  std::vector<std::string> free;
  for (const auto& knob : describe(spec_.run)) free.push_back(knob.name);
  for (const auto& knob : describe(spec_.machine)) free.push_back(knob.name);
  for (const auto& name : spec_.data.task().paths) free.push_back(name);
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

/// Each file once: broken ones come back in every epoch.
void Run::tell_passed_over(const std::string& reason) {
  if (passed_over_.insert(reason).second) emit({"skipped", session_.step(), {}, reason});
}

double Run::lr_factor() const {
  if (spec_.train.lr_decay == 0) return 1;
  const auto left = static_cast<double>(total_ - session_.step());
  return std::min(1.0, left / (spec_.train.lr_decay * static_cast<double>(total_)));
}

void Run::play_one(Loader& loader) {
  const auto begin = std::chrono::steady_clock::now();
  auto loaded = loader.next();
  for (const auto& reason : loaded.skipped) tell_passed_over(reason);
  const double factor = lr_factor();
  Event event{"step"};
  is_between_steps_ = false;
  try {
    event.numbers = session_.play(loaded.batch, factor);
    is_between_steps_ = true;
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
  } catch (const std::exception& error) {  // of a file, of memory: no reason to lose a run
    const std::string text = error.what();
    tell_passed_over("validation: " + text.substr(0, text.find('\n')));
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

/// After an error, which is what is to be told.
void Run::save_if_possible() {
  try {
    save();
    note("saved as " + newest_.string());
  } catch (const Error&) {
    note("the state could not be saved");
  }
}

void Run::save() {
  const auto path = checkpoint_path(spec_.folder, session_.step());
  try {
    session_.save(path);
  } catch (const Error& error) {
    throw Error(c10::str(error.what(), "; the last good checkpoint is ",
                         newest_.empty() ? "none" : newest_.string()));
  }
  newest_ = path;
  auto all = list_checkpoints(spec_.folder);
  const auto keep = static_cast<size_t>(spec_.run.keep);
  for (size_t i = 0; i + keep < all.size(); ++i) fs::remove(all[i]);
  emit({"checkpoint", session_.step(), {}, newest_.string()});
}

/// What is learned from, and by what it is looked at.
void Run::tell_beginning() const {
  const auto& data = spec_.data;
  note(c10::str("training ", spec_.method, " on ", data_->size(), " ", data.task().noun, " (",
                data.layout, ") from ", data.folder.string(), ", ", total_, " steps, ",
                describe(machine_)));
  if (!data.images.class_names.empty()) note("classes: " + data.images.class_names);
  if (data_->count_a() != data_->count_b()) {
    note(c10::str("domain a has ", data_->count_a(), " images, b ", data_->count_b()));
  }
  note(validation_ ? c10::str("validation on ", validation_->size(), " ", data.task().noun)
                   : "no val/: nothing is validated, and no best checkpoint is kept");
}

void Run::play_to_end(Loader& loader) {
  bool is_saved = session_.step() > 0;
  try {
    while (session_.step() < total_ && !interrupted()) {
      play_one(loader);
      is_saved = false;
      if (due(save_every_)) save();
      is_saved = due(save_every_);
      if (due(validate_every_)) validate();
    }
  } catch (const Error&) {
    if (is_between_steps_ && !is_saved) save_if_possible();
    throw;
  }
  if (!is_saved) save();
}

TrainOutcome Run::play() {
  tell_beginning();
  for (const auto& reason : unreadable_) tell_passed_over("validation: " + reason);
  watch_interrupts();
  if (session_.step() >= total_) {
    note(c10::str("this run has finished at step ", session_.step(),
                  "; --steps N or --epochs N goes on"));
    return {session_.step(), /*was_interrupted=*/false, newest_};
  }
  Loader loader(*data_, {spec_.train.batch, spec_.run.workers,
                         static_cast<uint64_t>(spec_.train.seed), session_.step(),
                         /*pinned=*/machine_.device.is_cuda()});
  play_to_end(loader);
  if (!passed_over_.empty()) {
    warn(c10::str(passed_over_.size(), " files were passed over; the first lines say which"));
  }
  return {session_.step(), session_.step() < total_, newest_};
}

}  // namespace

TrainOutcome train(const RunSpec& spec, Start start, const std::vector<Sink>& more_sinks) {
  Run run(spec, more_sinks);
  run.open(start);
  return run.play();
}

}  // namespace ganvas
