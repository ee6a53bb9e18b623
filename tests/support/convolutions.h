// Convolutions with their leaves, and what torch makes of them directly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/reflection_pad2d.h>

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

struct ConvCase {
  int64_t batch, in, out, height, width;
  Window window;
  ConvWay way = ConvWay::kPlain;
};

inline std::ostream& operator<<(std::ostream& out, const ConvCase& c) {
  return out << c.batch << " x " << c.in << " to " << c.out << ", " << c.height << " x " << c.width
             << ", kernel " << c.window.kernel << ", stride " << c.window.stride << ", padding "
             << c.window.padding << (c.window.edge == Edge::kReflect ? " mirrored" : "")
             << (c.way == ConvWay::kPlain ? "" : ", transposed");
}

struct ConvLeaves {
  Tensor x, weight, bias;

  static ConvLeaves of(const ConvCase& c) {
    const bool is_plain = c.way == ConvWay::kPlain;
    const int64_t k = c.window.kernel;
    return {at::randn({c.batch, c.in, c.height, c.width}),
            at::randn({is_plain ? c.out : c.in, is_plain ? c.in : c.out, k, k}),
            at::randn({c.out})};
  }
  ConvLeaves learning(at::ScalarType type) const {
    const auto leaf = [type](const Tensor& t) {
      return t.to(type).detach().clone().requires_grad_();
    };
    return {leaf(x), leaf(weight), leaf(bias)};
  }
  std::vector<Tensor> all() const { return {x, weight, bias}; }
};

inline Tensor direct(const ConvLeaves& of, const ConvCase& c) {
  const auto& window = c.window;
  if (c.way == ConvWay::kTransposed) {
    return at::conv_transpose2d(of.x, of.weight, of.bias, window.stride, window.padding,
                                window.output_padding);
  }
  if (window.edge == Edge::kZero) {
    return at::conv2d(of.x, of.weight, of.bias, window.stride, window.padding);
  }
  const std::vector<int64_t> rim(4, window.padding);
  return at::conv2d(at::reflection_pad2d(of.x, rim), of.weight, of.bias, window.stride);
}

}  // namespace ganvas::kernels
