// Gradients of a convolution by torch.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/private/torch_gradients.h"

#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/reflection_pad2d_backward.h>

namespace ganvas::kernels {

ConvGradients torch_gradients(const Tensor& dy, const Tensor& x, const Tensor& weight,
                              const Window& window, ConvWay way) {
  const bool is_plain = way == ConvWay::kPlain;
  const bool is_reflected = window.edge == Edge::kReflect && window.padding > 0;
  const std::vector<int64_t> rim(4, window.padding), ones{1, 1}, strides(2, window.stride),
      paddings(2, is_reflected ? 0 : window.padding), more(2, window.output_padding);
  const auto map = is_reflected ? at::reflection_pad2d(x, rim) : x;
  const int64_t outputs = weight.size(is_plain ? 0 : 1);
  ConvGradients made;
  std::tie(made.x, made.weight, made.bias) =
      at::convolution_backward(dy, map, weight.to(x.scalar_type()), at::IntArrayRef{outputs},
                               strides, paddings, ones, /*transposed=*/!is_plain, more,
                               /*groups=*/1, {true, true, true});
  made.weight = made.weight.to(weight.scalar_type());
  if (is_reflected) made.x = at::reflection_pad2d_backward(made.x, x, rim);
  return made;
}

}  // namespace ganvas::kernels
