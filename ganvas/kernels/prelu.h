// The parametric ReLU with one slope, in one pass each way.
// He et al., ICCV 2015 (arXiv:1502.01852).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas::kernels {

/// True if fused_prelu() can take this map: fp32 or bf16 on the CPU, without gaps in memory.
bool prelu_can_be_fused(const Tensor& x);

/// max(0, x) + slope * min(0, x), with gradients of any order. torch computes a gradient of the
/// slope for each number of the map, and sums them up afterwards.
///
///   slope    [1], fp32
///   returns  as x, in its precision and order in memory
Tensor fused_prelu(const Tensor& x, const Tensor& slope);

/// The same of any map, by the faster of this and torch's.  slope: [1], in any precision
Tensor parametric_relu(const Tensor& x, const Tensor& slope);

}  // namespace ganvas::kernels
