// What a run will take, on the terminal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/train/plan.h"

namespace ganvas {

/// Prints a plan, and what to change where it does not fit.
///   returns: the exit code, kFailed if it does not
int show_plan(const Plan& plan, const RunSpec& spec, bool as_json);

}  // namespace ganvas
