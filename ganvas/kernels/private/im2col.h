// The windows of a map as columns of a matrix, and back: what turns a convolution into a product.
// Chellapilla et al., "High Performance Convolutional Neural Networks for Document Processing", 2006.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

/// What lies under the window at each of its places.
///
///   map      [N, C, H, W], fp32 or bf16, on the CPU; zeros lie beyond its border
///   returns  [C * kernel * kernel, N * places * places], in the map's precision
Tensor im2col(const Tensor& map, const Window& window);

/// The adjoint: a map whose every pixel is the sum of what the windows say of it; sums in fp32.
///
///   columns  as im2col() makes them
///   sizes    [N, C, H, W] of the map that is returned
Tensor col2im(const Tensor& columns, const Window& window, at::IntArrayRef sizes);

}  // namespace ganvas::kernels
