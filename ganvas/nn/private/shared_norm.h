// Batch norm over the samples of all processes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/whole_batch.h"

namespace ganvas {

/// What batch norm keeps of a map [N, C, H, W].
struct BatchMoments {
  Tensor mean, variance;  // [1, C, 1, 1] fp32, the variance with n below the line
  double count = 0;       // n: of the numbers that they are of
};

/// Those of the whole batch. Gradients of any order go through them, to all processes.
BatchMoments moments_of(const Tensor& input, const WholeBatch& whole);

}  // namespace ganvas
