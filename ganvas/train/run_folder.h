// What a run's folder says of it: RUN/config.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "ganvas/core/config.h"
#include "ganvas/train/run_spec.h"

namespace ganvas {

/// What a run was begun with.
struct RunConfigFile {
  std::string method, data;
  Settings settings;  // every knob, under the names of today
};

bool holds_run(const std::filesystem::path& folder);

/// Throws Error if the folder holds no run, or its config was damaged.
RunConfigFile read_run_config(const std::filesystem::path& folder);

void write_run_config(const RunSpec& spec);

}  // namespace ganvas
