// Telling what belongs together from what does not.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/contrastive.h"

#include <ATen/ops/bmm.h>
#include <ATen/ops/log_softmax.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "ganvas/core/error.h"

namespace ganvas {

Tensor patch_contrast(const Tensor& made, const Tensor& source, double temperature) {
  require(made.dim() == 3 && made.sizes() == source.sizes() && temperature > 0,
          "patch contrast: got ", made.sizes(), " and ", source.sizes(), " at temperature ",
          temperature, ", expected one shape [N, P, D] and more than 0");
  // The third digit of a likeness over 0.07 matters.
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto unit = [](const Tensor& x) {
    constexpr double kLeastLength = 1e-7;
    const auto f = x.to(at::kFloat);
    return f / (f.norm(2, at::IntArrayRef{2}, /*keepdim=*/true) + kLeastLength);
  };
  const auto likeness = at::bmm(unit(made), unit(source).transpose(1, 2)) / temperature;
  return -at::log_softmax(likeness, /*dim=*/2).diagonal(0, 1, 2).mean();
}

}  // namespace ganvas
