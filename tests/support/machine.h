// The machine that exact comparisons run on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/device.h"

namespace ganvas {

/// CPU, fp32, one thread: where equal inputs give equal bits on every run.
inline Machine exact_machine() {
  return set_up_machine({"cpu", "fp32", 1}, Work::kTraining);
}

}  // namespace ganvas
