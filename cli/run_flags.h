// Flags for all that a run is made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "cli/arguments.h"
#include "ganvas/methods/method.h"
#include "ganvas/train/run_spec.h"

namespace ganvas {

/// The flags of data, method, run and machine. row: null where no method is named yet
void take_run_knobs(Arguments& expected, const MethodEntry* row, Settings& given);

/// A run of the settings that were known before and those that are given now, which win.
///   Throws UsageError on refused values, Error where the data are not what the method learns from.
RunSpec make_spec(const std::string& method, const std::filesystem::path& data,
                  const std::filesystem::path& run, const Settings& before, const Settings& given);

}  // namespace ganvas
