// Which of the processor's instruction sets the kernels use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas::kernels {

/// Keeps to the named instruction set: "avx2", "portable", "avx512" for all but AMX, or "best". For the whole
/// process; for tests and comparisons, while no kernel runs.
void limit_instructions(const std::string& name);

/// The best set that is left, as in "AVX2".
std::string instructions();

}  // namespace ganvas::kernels
