// What a run's folder says of it: RUN/config.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ganvas/core/config.h"
#include "ganvas/train/run_spec.h"

namespace ganvas {

/// What a run learns from: how many images, of each side, and Dataset::mark().
struct DataSeen {
  int64_t samples = 0, a = 0, b = 0;
  std::string mark = {};  // empty in runs of earlier versions

  bool is_as(const DataSeen& other) const {
    const bool are_alike = mark.empty() || other.mark.empty() || mark == other.mark;
    return samples == other.samples && a == other.a && b == other.b && are_alike;
  }
};

/// What a run was begun with.
struct RunConfigFile {
  std::string method, data;
  Settings settings;                  // every knob, under the names of today
  std::optional<DataSeen> seen = {};  // not in those of earlier versions
};

/// A run's folder is one process's at a time. Held while it lives; a process that dies lets go.
class RunLock {
 public:
  /// Throws Error if another process is at work on the run.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_;
};

/// The process of this machine that is at work on a run, 0 if there is none.
int64_t process_at_work(const std::filesystem::path& folder);

/// Which checkpoints stay.
struct Keep {
  int64_t newest, every;  // so many, and those of each so many steps if that is not 0
  int64_t healthy_step;   // the newest of at most so many steps: what a run goes back to
};

/// Deletes the others.
void prune_checkpoints(const std::filesystem::path& folder, const Keep& keep);

/// The step of "step-00000400.webp", -1 of other names.
int64_t step_of(const std::filesystem::path& file);

/// Deletes sheets of samples where they lie closest, until no more than `most` are left: the first, the newest,
/// and others spread over the run.
void thin_sheets(const std::filesystem::path& folder, int64_t most);

/// Removes what a start has made that came to nothing, so that the next one finds its place free.
void remove_start(const std::filesystem::path& folder);

/// Renames a checkpoint that is not to be gone on from, so that nobody takes it for the newest.
///   why: ".damaged", ".diverged", behind its name
///   returns: its new name
std::filesystem::path set_aside(const std::filesystem::path& checkpoint, const std::string& why);

bool holds_run(const std::filesystem::path& folder);

/// Throws Error if the folder holds no run, or its config was damaged.
RunConfigFile read_run_config(const std::filesystem::path& folder);

void write_run_config(const RunSpec& spec, const DataSeen& seen);

}  // namespace ganvas
