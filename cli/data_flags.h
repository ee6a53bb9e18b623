// Flags for the knobs of data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cli/arguments.h"
#include "ganvas/core/task.h"

namespace ganvas {

/// Takes a flag for every knob of every kind of data, once. The help shows those of kinds that serve `task`;
/// without one it shows all.
///   others: knobs of the method, which keep their names where a kind of data that it does not learn from has one
///   of the same name
void take_data_knobs(Arguments& expected, Settings& given, std::optional<Task> task = {},
                     const std::vector<Knob>& others = {});

}  // namespace ganvas
