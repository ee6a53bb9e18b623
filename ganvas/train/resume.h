// What a run may be gone on with, and what has changed since it was begun.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/store/checkpoint.h"
#include "ganvas/train/run_folder.h"

namespace ganvas {

/// Throws UsageError, naming the knob and the way out, if a run was begun with other knobs of those that decide
/// what the weights become.
void require_same_knobs(const RunSpec& spec, const Checkpoint& checkpoint);

/// True for knobs that may be others when a run is gone on with, or in another of its processes: they do not decide what
/// the weights become.
bool is_free(const RunSpec& spec, const std::string& knob);

/// The knobs that are others than the run's config says: "--epochs 10 -> 20, --workers 2 -> 4"; empty if none.
std::string changed_knobs(const RunSpec& spec, const RunConfigFile& before);

}  // namespace ganvas
