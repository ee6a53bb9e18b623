// Operations of a GPU on maps with their channels together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas::kernels {

/// True for maps of a GPU that lie as its tensor cores take them. torch's own reflection padding and
/// instance norm bring them into the other order first, and the next convolution back: a quarter of
/// the time of a CycleGAN step on an H200. The functions below do not.
bool is_channels_last_on_gpu(const Tensor& x);

/// Mirrors `padding` pixels around a map, without its rim, as at::reflection_pad2d.
///   x: [N, C, H, W], padding under H and W;  returns [N, C, H + 2 padding, W + 2 padding]
Tensor channels_last_reflection_pad(const Tensor& x, int64_t padding);

/// Instance norm with the statistics of each image, as at::instance_norm.
///   weight, bias: [C] or undefined
Tensor channels_last_instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                   double eps);

}  // namespace ganvas::kernels
