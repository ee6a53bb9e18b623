// A convolution in bf16 with its gradients, whatever computes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/ivalue.h>

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

/// Maps are in bf16 and channels last in memory, weights and their gradients in fp32.
class Bf16Conv : public torch::CustomClassHolder {
 public:
  Bf16Conv(const Window& window, ConvWay way) : window_(window), way_(way) {}

  virtual Tensor forward(const Tensor& x, const Tensor& weight, const Tensor& bias) const = 0;

  /// sides: H and W of the input
  virtual Tensor input_gradient(const Tensor& dy, const Tensor& weight,
                                at::IntArrayRef sides) const = 0;

  virtual Tensor weight_gradient(const Tensor& dy, const Tensor& x,
                                 at::IntArrayRef sizes) const = 0;

  const Window& window() const { return window_; }
  ConvWay way() const { return way_; }
  bool is_plain() const { return way_ == ConvWay::kPlain; }

 private:
  Window window_;
  ConvWay way_;
};

/// What it makes of x in any precision, with gradients of any order; those of gradients are torch's.
Tensor apply(const c10::intrusive_ptr<Bf16Conv>& conv, const Tensor& x, const Tensor& weight,
             const Tensor& bias);

/// True under autocast in bf16, where there are tiles, for a map and a weight that they can take.
bool tiles_are_wanted(const Tensor& x, const Tensor& weight);

/// The map in bf16, channels last in memory.
Tensor in_bf16(const Tensor& map);

}  // namespace ganvas::kernels
