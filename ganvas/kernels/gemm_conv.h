// Convolutions on the CPU as products of matrices, for layers of many weights and few positions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

/// True if gemm_conv() can do this convolution and a measured rule says that it wins. oneDNN brings
/// the weights into an order of its own at each use, and their gradient back: where they outnumber
/// the positions, as deep in a U-Net, that takes longer than the convolution. Here they stay as they
/// are.
bool gemm_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way);

/// The convolution, with gradients of any order; under autocast in bf16, but for so few positions
/// that the weights are read no more often than a cast would read them. Deterministic for a fixed
/// number of threads.
///
///   x        [N, C, H, W], fp32 or bf16
///   weight   [K, C, k, k], of the window's kernel; transposed [C, K, k, k]
///   bias     [K] or undefined
///   returns  [N, K, places, places]; transposed, [N, K, pixels, pixels]
///
/// Throws Error on other shapes and on mirrored borders.
Tensor gemm_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way);

}  // namespace ganvas::kernels
