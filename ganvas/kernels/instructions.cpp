// Which of the processor's instruction sets the kernels use.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/instructions.h"

#include <hwy/targets.h>

#include "ganvas/kernels/winograd_tiles.h"

namespace ganvas {

void limit_instructions(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);  // all that the processor has
  // Better sets have lower bits.
  const int64_t best = name == "avx2" ? HWY_AVX2 : name == "portable" ? HWY_SSE4 : 1;
  hwy::SetSupportedTargetsForTest(hwy::SupportedTargets() & ~(best - 1));
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

std::string instructions() {
  return winograd_set(3).name();
}

}  // namespace ganvas
