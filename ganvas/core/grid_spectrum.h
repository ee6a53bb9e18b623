// The power of images at the frequencies of grids.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// What the sides must be multiples of, and be at least.
inline constexpr int64_t kGridPeriod = 8, kLeastGridSide = 64;

/// The logarithms of the power at the frequencies of the periods 2, 4 and 8 pixels over that of the
/// frequencies beside them, of one axis and then of the other. The power is that under a Hann window, summed
/// over the other axis. Differentiable; not finite for flat images without noise.
///
///   grey:  [N, H, W], float or double
///   noise: variance of white noise whose power is added, so that what is weaker counts little
///   returns [N, 10]: of each axis period 2, period 4, then 8 and its multiples, where 4 is again
///   Throws Error on sides that are no such multiples, or less.
Tensor grid_log_ratios(const Tensor& grey, double noise);

}  // namespace ganvas
