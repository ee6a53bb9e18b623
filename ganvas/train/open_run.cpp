// How a run begins, or goes on.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <sstream>

#include "ganvas/core/files.h"
#include "ganvas/core/host.h"
#include "ganvas/core/log.h"
#include "ganvas/core/version.h"
#include "ganvas/data/readable.h"
#include "ganvas/train/private/run.h"
#include "ganvas/train/resume.h"

namespace ganvas {
namespace {

int64_t length_of(const RunSpec& spec, const Dataset& data) {
  return spec.run.steps > 0 ? spec.run.steps : spec.run.epochs * epoch_of(spec, data);
}

/// What --objective is where nobody says; empty if the method has none.
std::string default_objective(const std::string& method) {
  for (const auto& knob : find_method(method).knobs) {
    if (knob.name == "objective") return knob.value;
  }
  return "";
}

MachineConfig machine_config_of(const RunSpec& spec, const World& world) {
  if (world.is_alone()) return spec.machine;
  return shared_out(spec.machine, world.place().local_rank, world.place().sharing);
}

}  // namespace

int64_t epoch_of(const RunSpec& spec, const Dataset& data) {
  return (data.size() + spec.train.batch - 1) / spec.train.batch;
}

Run::Run(const RunSpec& spec, const std::vector<Sink>& more_sinks, World& world)
    : spec_(spec),
      world_(world),
      machine_(set_up_machine(machine_config_of(spec, world), Work::kTraining)),
      session_(std::make_unique<Session>(spec, machine_, world)),
      data_(spec.data.open(Split::kTrain, View::kAugmented)),
      total_(length_of(spec, *data_)),
      schedule_(spec.train.schedule, total_),
      watchdog_(
          find_setting(spec.method_settings, "objective").value_or(default_objective(spec.method))),
      sinks_(more_sinks) {
  for (const auto split : spec.data.task().validation) {
    if (!validation_) validation_ = spec.data.open_if_any(split, View::kPlain);
  }
  if (validation_) {
    validates_on_training_images_ = spec.data.shows_training_images(*validation_);
    const bool classifies = session_->method().abilities().predicts != Predicts::kNothing;
    validation_ = readable(std::move(validation_), classifies ? kMostClassified : kMostTranslated,
                           unreadable_);
  }
  const int64_t epoch = epoch_of(spec, *data_);
  save_every_ = spec.run.save_every > 0 ? spec.run.save_every : std::max<int64_t>(200, epoch);
  validate_every_ = spec.run.validate_every > 0 ? spec.run.validate_every : save_every_;
  require_usage(spec.train.accumulate <= spec.train.batch, "--accumulate: got ",
                spec.train.accumulate, " parts of --batch ", spec.train.batch,
                ", expected no more than samples; it cuts a batch, --batch ",
                spec.train.batch * spec.train.accumulate, " is ", spec.train.accumulate,
                " times as large");
  require_usage(spec.run.keep_every % save_every_ == 0, "--keep-every: got ", spec.run.keep_every,
                ", expected a multiple of --save-every, ", save_every_);
  require_usage(spec.train.schedule.warmup < total_, "--lr-warmup: got ",
                spec.train.schedule.warmup, " steps, expected fewer than the run's ", total_);
  require_usage(!spec.run.watchdog.hold_discriminator || watchdog_.sees_winners(),
                "--hold-discriminator: got on, but ", spec.method,
                " has no discriminator whose loss tells that it wins; leave it out");
  const bool goes_by_score =
      spec.run.stop_after > 0 || spec.train.schedule.shape == LrSchedule::kPlateau;
  const std::string who = "--stop-after, --lr-schedule plateau: ";
  require_usage(!goes_by_score || spec.data.task().is_scored, who, "go by a score, which ",
                spec.data.task().name, " has none of; leave them out");
  require_usage(!goes_by_score || validation_, who, "go by validations, and no image of a val/ in ",
                spec.data.folder.string(), " can be read; add some, or leave them out");
}

void Run::open(Start start) {
  require_agreement();
  const auto changes = world_.from_first([&] { return open_folder(start); });
  copy_from_first();
  go_on_from_here();
  tell_start(changes);
}

/// What decides what the weights become is to be the same in all processes.
void Run::require_agreement() {
  if (world_.is_alone()) return;
  auto all = c10::str("ganvas ", kVersion, "\n--method ", spec_.method, "\n");
  const auto of_run =
      describe(spec_.run);  // free from start to start, and not from process to process
  for (const auto& knob : spec_.knobs()) {
    const bool is_of_run = knob.name != "workers" &&
                           std::any_of(of_run.begin(), of_run.end(),
                                       [&](const Knob& other) { return other.name == knob.name; });
    if (is_free(spec_, knob.name) && !is_of_run) continue;
    all += c10::str("--", knob.name, " ", knob.value, "\n");
  }
  const auto mark = seen();
  all += c10::str("data of ", mark.samples, " samples, ", mark.a, " and ", mark.b, " ",
                  spec_.data.task().noun, ", by their names and sizes ", mark.mark, "\n");
  all += c10::str("validation on ", validation_ ? validation_->size() : 0, " ",
                  spec_.data.task().noun, "\n");
  all += c10::str("--precision ", name_of(machine_.precision), "\n");
  world_.require_same(all);
}

/// What was learned so far, and what has happened to the run, as the first process has it.
void Run::copy_from_first() {
  if (world_.is_alone()) return;
  session_->copy_from_first();
  newest_ = world_.from_first([&] { return newest_.string(); });
  load_recovery(world_.tensors_from_first(recovery_state()));
}

/// The run's folder, begun or gone on with, by the one process that has files. returns: the knobs that have changed
std::string Run::open_folder(Start start) {
  const auto& folder = spec_.folder;
  is_new_ = !holds_run(folder);
  make_folders(folder / "checkpoints");
  make_folders(folder / "samples");
  lock_.emplace(folder);
  const bool has_checkpoints = !list_checkpoints(folder).empty();
  require_usage(start == Start::kResume || !has_checkpoints, "--run: ", folder.string(),
                ": holds a run already; add --resume to go on with it, or name another folder");
  if (start == Start::kFresh) begin();
  remove_partial_files(folder / "checkpoints");
  std::string changes;
  if (start == Start::kResume) {
    changes = changed_knobs(spec_, read_run_config(folder));
    resume();
  }
  write_run_config(spec_, seen());
  sinks_.push_back(console_sink(total_, epoch_of(spec_, *data_)));
  return changes;
}

void Run::abandon() {
  const bool came_to_nothing =
      is_new_ && lock_ && newest_.empty() && session_ && session_->step() == 0;
  if (!came_to_nothing) return;
  loader_.reset();
  log_ = [](const Event&) {};
  remove_start(spec_.folder);
}

/// The log, the batches and what validations have said, as they were at this step. Of later steps the log keeps
/// what will not come again: starts, and what went wrong.
void Run::go_on_from_here() {
  log_ = [](const Event&) {};
  const auto validations = world_.from_first([&] { return go_on_with_log(); });
  schedule_ = Schedule(spec_.train.schedule, total_);
  ignored_ = healthy_step_ = 0;
  has_seen_input_ = false;
  std::istringstream lines(validations);
  for (std::string line; std::getline(lines, line);)
    hear_validation(parse_event(line, "validations"));
  if (validations.empty()) healthy_step_ = session_->step();
  const auto share = session_->share();
  loader_ =
      std::make_unique<Loader>(*data_, LoaderConfig{.batch = spec_.train.batch,
                                                    .workers = spec_.run.workers,
                                                    .seed = static_cast<uint64_t>(spec_.train.seed),
                                                    .first_batch = session_->step(),
                                                    .pinned = machine_.device.is_cuda(),
                                                    .first = share.first,
                                                    .count = share.count});
  tell_interrupts();
}

/// The log, as it was at this step. returns: the lines of its validations
std::string Run::go_on_with_log() {
  const auto path = spec_.folder / "events.jsonl";
  auto carried = read_events_of(path, {"start", "skipped", "watchdog", "verdict"});
  std::erase_if(carried, [&](const Event& event) { return event.step <= session_->step(); });
  for (auto& event : carried) {
    event.text = c10::str("at step ", event.step, ", since gone back: ", event.text);
    event.step = session_->step();
  }
  log_ = jsonl_sink(path, session_->step());
  for (const auto& event : carried) log_(event);
  std::string validations;
  for (const auto& event : read_events_of(path, {"validation"})) {
    validations += line_of_event(event) + "\n";
  }
  return validations;
}

/// Each start is an event: when, of what, where.
void Run::tell_start(const std::string& changes) const {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%FT%TZ", std::gmtime(&now));
  auto text = c10::str(time.data(), ", ganvas ", kVersion, " on ", host_name(), ", ",
                       describe(machine_), ", ", data_->size(), " ", spec_.data.task().noun);
  if (!changes.empty()) text += "; changed: " + changes;
  emit({"start", session_->step(), {}, text});
}

void Run::begin() {
  if (spec_.train.init_from == "none") return;
  const fs::path from = spec_.train.init_from;
  const bool is_foreign_folder = is_folder(from) && list_checkpoints(from).empty();
  const auto file = is_foreign_folder ? from : find_checkpoint(from);
  const auto names = is_foreign_folder || !is_checkpoint(file)
                         ? session_->begin_with_foreign(file)
                         : session_->begin_with(open_checkpoint(file));
  note("beginning with the weights of " + file.string() + ": " + c10::str(c10::Join(", ", names)));
}

void Run::resume() {
  if (list_checkpoints(spec_.folder).empty()) {
    note("nothing was saved yet: starting at step 0");
    begin();
    return;
  }
  load_newest();
  const auto before = read_run_config(spec_.folder);
  if (before.seen && !before.seen->is_as(seen())) {
    warn(c10::str("the data are others than before: ", before.seen->a, " and ", before.seen->b, " ",
                  spec_.data.task().noun, " from ", before.data, " then, ", seen().a, " and ",
                  seen().b, " from ", spec_.data.folder.string(),
                  " now, by the names and sizes of their files"));
  }
  note(c10::str("resuming at step ", session_->step(), " from ", newest_.string()));
  const auto length = find_setting(before.settings, "steps").value_or("0");
  const double factor = schedule_.factor(session_->step());
  if (length != std::to_string(spec_.run.steps) && session_->step() < total_ && factor < 1) {
    note(c10::str("the run is ", total_, " steps long now, so the learning rate is ", factor,
                  " of --lr here"));
  }
}

/// The newest checkpoint that can be read. What cannot is set aside, with a warning.
void Run::load_newest() {
  for (auto all = list_checkpoints(spec_.folder);; all.pop_back()) {
    newest_ = all.back();
    try {
      const auto checkpoint = open_checkpoint(newest_);
      require_same_knobs(spec_, checkpoint);
      session_->load(checkpoint);
      if (!session_->is_finite()) {
        throw DamagedFile(newest_.string() + ": has numbers that are not finite");
      }
      load_recovery_of(checkpoint.file);
      session_->load_best_score(best_checkpoint());
      return;
    } catch (const DamagedFile& error) {
      if (all.size() == 1) {
        const bool has_best = path_exists(best_checkpoint());
        throw Error(c10::str(error.what(),
                             "; there is no other checkpoint to go on from, begin another run",
                             has_best ? " with --init-from " + best_checkpoint().string() : ""));
      }
      warn(c10::str(error.what(), "; set aside as ",
                    set_aside(newest_, ".damaged").filename().string(),
                    ", going on from the checkpoint before it"));
    }
  }
}

/// What is learned from, and by what it is looked at.
void Run::tell_beginning() const {
  const auto& data = spec_.data;
  note(c10::str("training ", spec_.method, " on ", data_->size(), " ", data.task().noun, " (",
                data.layout, ") from ", data.folder.string(), ", ", total_, " steps, ",
                describe(machine_)));
  if (spec_.train.batch > 1) {
    note(c10::str(
        "a step is of ", spec_.train.batch, " samples",
        world_.is_alone() ? "" : c10::str(" in ", world_.size(), " processes"),
        spec_.train.accumulate > 1 ? c10::str(" in ", spec_.train.accumulate, " parts") : ""));
  }
  if (const auto fitting = data_->fitting(); !fitting.empty()) note(fitting);
  if (!data.images.class_names.empty()) note("classes: " + data.images.class_names);
  if (data_->count_a() != data_->count_b()) {
    note(c10::str("domain a has ", data_->count_a(), " images, b ", data_->count_b()));
  }
  note(validation_ ? c10::str("validation on ", validation_->size(), " ", data.task().noun)
                   : "no val/: nothing is validated, and no best checkpoint is kept");
  if (validates_on_training_images_) {
    warn("there is no val/ or test/: what is validated on are the training images");
  }
}

}  // namespace ganvas
