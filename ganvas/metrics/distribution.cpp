// How alike two sets of images are as distributions.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/distribution.h"

#include <ATen/ops/matmul.h>

#include "ganvas/core/error.h"

namespace ganvas {

double kernel_distance(const Tensor& f, const Tensor& g) {
  require(f.dim() == 2 && g.dim() == 2 && f.size(0) > 1 && g.size(0) > 1 && f.size(1) == g.size(1),
          "kernel distance: got features of shapes ", f.sizes(), " and ", g.sizes(),
          ", expected [N, D] and [M, D], at least 2 of each");
  const auto kernel = [](const Tensor& x, const Tensor& y) {
    return (at::matmul(x, y.t()) / static_cast<double>(x.size(1)) + 1).pow(3);
  };
  const auto within = [&](const Tensor& x) {
    const auto n = static_cast<double>(x.size(0));
    const auto values = kernel(x, x);
    return (values.sum() - values.trace()).item<double>() / (n * (n - 1));
  };
  const auto x = f.to(at::kDouble), y = g.to(at::kDouble);
  return within(x) + within(y) - 2 * kernel(x, y).mean().item<double>();
}

}  // namespace ganvas
