// What a run's folder says of it: RUN/config.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ganvas/core/config.h"
#include "ganvas/train/run_spec.h"

namespace ganvas {

/// How many images a run learns from, of each side: other numbers are other data.
struct DataSeen {
  int64_t samples = 0, a = 0, b = 0;
  bool operator==(const DataSeen&) const = default;
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

/// This machine's name.
std::string host_name();

/// Deletes all but the newest `keep` checkpoints and those of each `every` steps, if that is not 0.
void prune_checkpoints(const std::filesystem::path& folder, int64_t keep, int64_t every);

/// Deletes sheets of samples where they lie closest, until no more than `most` are left: the first, the newest,
/// and others spread over the run.
void thin_sheets(const std::filesystem::path& folder, int64_t most);

/// Removes what a start left that came to nothing, so that the next one finds its place free: unless there is a
/// checkpoint, or anything that a start does not make.
void remove_unless_saved(const std::filesystem::path& folder);

/// Renames a checkpoint that cannot be read, so that nobody takes it for the newest.
///   returns: its new name
std::filesystem::path set_aside(const std::filesystem::path& checkpoint);

bool holds_run(const std::filesystem::path& folder);

/// Throws Error if the folder holds no run, or its config was damaged.
RunConfigFile read_run_config(const std::filesystem::path& folder);

void write_run_config(const RunSpec& spec, const DataSeen& seen);

}  // namespace ganvas
