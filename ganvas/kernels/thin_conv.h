// Convolutions in bf16 between a map of few channels, such as an image, and one of many, on tiles: a
// row of the window over the few is as wide as a block of channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

/// True if thin_conv() can do this convolution and is wanted: under autocast in bf16 on a processor
/// with AMX, of stride 1, K a multiple of 32, C times the kernel's side at most 32.
bool thin_conv_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way);

/// The convolution of what x and the weight are in bf16, with gradients; that of the weight
/// is in fp32. The same for every number of threads.
///
///   x        [N, C, H, W], transposed [N, K, H, W]; fp32 or bf16
///   weight   [K, C, k, k], fp32; both ways
///   bias     [K], transposed [C], or undefined
///   returns  [N, K, places, places], transposed [N, C, pixels, pixels]; bf16, the channels of a pixel
///            side by side in memory
///
/// Throws Error on other shapes, and on mirrored borders of transposed convolutions.
Tensor thin_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way);

}  // namespace ganvas::kernels
