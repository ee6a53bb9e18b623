// Gradients of a convolution by torch, which have gradients of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

struct ConvGradients {
  Tensor x, weight, bias;
};

/// Those of a convolution of x by `weight` and a bias, for the gradient dy of its result.
ConvGradients torch_gradients(const Tensor& dy, const Tensor& x, const Tensor& weight,
                              const Window& window, ConvWay way);

}  // namespace ganvas::kernels
