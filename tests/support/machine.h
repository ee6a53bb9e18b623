// The machine that exact comparisons run on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/device.h"

namespace ganvas {

/// CPU, fp32, one thread: where equal inputs give equal bits on every run.
inline Machine exact_machine() {
  return set_up_machine({.device = "cpu", .precision = "fp32", .threads = 1}, Work::kTraining);
}

/// The same with all arithmetic torch's: for golden numbers of games, which amplify the last bits.
inline Machine plain_machine() {
  return set_up_machine({.device = "cpu", .precision = "fp32", .threads = 1, .kernels = "torch"},
                        Work::kTraining);
}

/// True if this processor has units for bf16, without which it is up to 400 times slower.
inline bool has_fast_bf16() {
  return set_up_machine({"cpu", "auto", 1}, Work::kTraining).precision == Precision::kBf16;
}

}  // namespace ganvas
