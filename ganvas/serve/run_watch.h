// A run's folder, as it grows: what a page that watches it shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "ganvas/core/json.h"
#include "ganvas/serve/log_tail.h"
#include "ganvas/serve/reduced_curve.h"
#include "ganvas/train/events.h"
#include "ganvas/train/run_folder.h"

namespace ganvas {

/// The last part of a path, also of one that ends in a slash.
std::string name_of(const std::filesystem::path& path);

/// What is known of one run. Threads may share it. Memory does not grow with its log.
class RunWatch {
 public:
  /// Throws Error if the folder holds no run.
  RunWatch(int64_t id, const std::filesystem::path& folder);

  int64_t id() const { return id_; }
  const std::filesystem::path& folder() const { return folder_; }

  /// Reads what is new, and all of it where a run was made anew under this name. Returns true if anything is.
  bool refresh();

  /// False while its folder holds no run any more.
  bool is_there() const;

  /// One line about it: name, method, step of how many, time left, speed, memory, figures, whether it is at work and there.
  Json line() const;

  /// Its knobs, what happened, and the steps of its sheets of samples.
  Json story() const;

  /// Its curves from a step on: {"width": 4, "begun": 1, "curves": {"generator.l1": {"step": [], "mean": [], "low": [],
  /// "high": []}}}. Who has some of an earlier width, or of an earlier beginning, asks for all again.
  Json curves(int64_t from) const;

  /// The file of a sheet of samples. Throws HttpError 404 if there is none of this step.
  std::filesystem::path sheet(int64_t step) const;

 private:
  void hear(const Event& event);
  void forget();
  std::map<int64_t, std::filesystem::path> sheets() const;

  const int64_t id_;
  const std::filesystem::path folder_;

  mutable std::mutex mutex_;
  RunConfigFile config_;
  LogTail log_;
  std::map<std::string, ReducedCurve> curves_, figures_;
  int64_t begun_ = 0;  // how often the log was read from its beginning
  Event last_step_, last_validation_;
  std::vector<Event> happened_;  // the newest
  int64_t damaged_ = 0;          // lines of the log that are no events
  int64_t process_ = 0;          // at work on it
  size_t sheet_count_ = 0;
  bool is_there_ = true;
};

}  // namespace ganvas
