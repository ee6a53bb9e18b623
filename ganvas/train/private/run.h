// A run in progress: the loop of train(), cut into its parts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ganvas/core/device.h"
#include "ganvas/core/files.h"
#include "ganvas/data/loader.h"
#include "ganvas/train/plan.h"
#include "ganvas/train/private/recovery.h"
#include "ganvas/train/run_folder.h"
#include "ganvas/train/session.h"
#include "ganvas/train/train.h"

namespace ganvas {

/// Images that a validation looks at, at most.
inline constexpr int64_t kMostTranslated = 16, kMostClassified = 200;

/// Steps of a pass over the data.
int64_t epoch_of(const RunSpec& spec, const Dataset& data);

/// Opened by open_run.cpp, played by train.cpp, measured by validate.cpp, rehearsed by plan.cpp.
class Run {
 public:
  /// world: outlives the run
  Run(const RunSpec& spec, const std::vector<Sink>& more_sinks, World& world);

  /// Begins the run's folder, or goes on with what is in it.
  void open(Start start);
  TrainOutcome play();

  /// Saves an opened run before its first step. returns: the checkpoint
  fs::path save_beginning();

  /// After an error: a start of a new run that came to nothing leaves its place free.
  void abandon();

  /// A few steps and a validation of a run that is not opened: what it will take.
  Plan rehearse();

 private:
  void require_agreement();
  std::string open_folder(Start start);
  void copy_from_first();
  void begin();
  void resume();
  void load_newest();
  bool is_on();
  void go_on_from_here();
  std::string go_on_with_log();
  void tell_start(const std::string& changes) const;
  void emit(const Event& event) const;
  enum class Played { kOn, kWentBack };
  Played play_one();
  void play_to_end();
  Played recover(const std::string& reason);
  void roll_back(const std::string& reason,
                 int64_t healthy_step = std::numeric_limits<int64_t>::max());
  NamedTensors recovery_state() const;
  void load_recovery(const NamedTensors& saved);
  void load_recovery_of(const SafetensorsFile& file);
  fs::path best_checkpoint() const { return spec_.folder / "checkpoints" / "best.safetensors"; }
  bool has_learned_enough() const;
  std::string last_good() const;
  void tell_beginning() const;
  void tell_passed_over(const std::string& reason);
  DataSeen seen() const {
    return {data_->size(), data_->count_a(), data_->count_b(), data_->mark()};
  }
  std::string look();
  bool look_together();
  std::optional<bool> ignores_its_input();
  void hear_validation(const Event& event);
  void validate();
  void validate_if_missed();
  void tell_interrupts() const;
  void save();
  bool save_or_roll_back();
  void save_if_possible();
  Report measure();
  bool due(int64_t every) const {
    return session_->step() % every == 0 || session_->step() == total_;
  }

  const RunSpec& spec_;
  World& world_;
  Machine machine_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Dataset> data_, validation_;  // validation_ may be null
  int64_t total_, save_every_ = 0, validate_every_ = 0;
  Schedule schedule_;
  Watchdog watchdog_;
  Sink log_;
  std::vector<Sink> sinks_;
  std::unique_ptr<Loader> loader_;
  fs::path newest_;
  double seconds_per_step_ = 0;    // a running mean
  double waiting_ = 0;             // the share of it that goes into waiting for data
  double waiting_for_others_ = 0;  // the share of it that goes into waiting for the other processes
  bool is_between_steps_ = true;   // nobody has moved without the others
  Recovery recovery_;
  // What validations said of whether different images stay different; comes back from the log.
  int64_t ignored_ = 0;          // validations in a row in which they did not
  int64_t healthy_step_ = 0;     // the last in which they did, or were not asked
  bool has_seen_input_ = false;  // they once did
  bool is_new_ = false;          // this start has made the folder
  bool is_interrupted_ = false;  // in one of the processes
  bool validates_on_training_images_ = false;
  std::optional<RunLock> lock_;
  std::vector<std::string> unreadable_;  // images of the validation, and why
  std::set<std::string> passed_over_;    // files, by what was said of them
};

}  // namespace ganvas
