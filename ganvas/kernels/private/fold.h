// The adjoint of an extension by mirroring.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas::kernels {

/// Adds what lies in the rim to the pixels that it mirrors: [N, C, H + 2 rim, W + 2 rim] to [N, C, H,
/// W], which lies in the memory of `extended`.
Tensor fold(const Tensor& extended, int64_t rim);

}  // namespace ganvas::kernels
