// The tensors of one step.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The images of one training step. `a` is the source domain, `b` the target domain.
///
///   a: [N, C_a, H, W] float in [-1, 1]
///   b: [N, C_b, H, W] float in [-1, 1]
struct Batch {
  Tensor a, b;
};

}  // namespace ganvas
