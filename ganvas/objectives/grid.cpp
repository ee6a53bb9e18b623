// What keeps grids out of pictures.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/grid.h"

#include <c10/core/GradMode.h>

#include "ganvas/core/grid_spectrum.h"
#include "ganvas/core/luma.h"

namespace ganvas {
namespace {

/// [N, C, H, W] -> [N, H', W']
Tensor grey_of(const Tensor& pictures) {
  const auto x = pictures.to(at::kFloat);
  const auto grey = x.size(1) == 1 ? x.squeeze(1) : luma(x.transpose(0, 1)).squeeze(0);
  const auto whole = [](int64_t side) { return side / kGridPeriod * kGridPeriod; };
  return grey.narrow(1, 0, whole(grey.size(1))).narrow(2, 0, whole(grey.size(2)));
}

}  // namespace

Tensor grid_excess(const Tensor& made, const Tensor& target) {
  const auto of_made = grid_log_ratios(grey_of(made));
  const auto of_target = [&] {
    const c10::NoGradGuard no_gradients;
    return grid_log_ratios(grey_of(target));
  }();
  return (of_made - of_target).clamp_min(0).square().mean();
}

}  // namespace ganvas
