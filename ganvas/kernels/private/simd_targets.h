// The instruction sets that the kernels are compiled for. Included once by each file that names
// itself in HWY_TARGET_INCLUDE, which is then compiled for all of them.
// SPDX-License-Identifier: Apache-2.0

// Only sets whose vectors have a size that the compiler knows.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#include <hwy/foreach_target.h>
// After it: foreach_target.h sets what this one compiles for.
#include <hwy/highway.h>
