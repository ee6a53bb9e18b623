// Flags for the knobs of data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cli/arguments.h"
#include "ganvas/core/task.h"

namespace ganvas {

/// Takes a flag for every knob of every kind of data, once. The help shows those of kinds that serve `task`;
/// without one it shows all.
void take_data_knobs(Arguments& expected, Settings& given, std::optional<Task> task = {});

}  // namespace ganvas
