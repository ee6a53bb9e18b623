// What keeps grids out of images.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/grid.h"

#include <ATen/ops/avg_pool2d.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/grid_spectrum.h"
#include "ganvas/core/luma.h"

namespace ganvas {
namespace {

/// [N, C, H, W] -> [N, H', W']
Tensor grey_of(const Tensor& images) {
  const auto x = images.to(at::kFloat);
  const auto grey = x.size(1) == 1 ? x.squeeze(1) : luma(x.transpose(0, 1)).squeeze(0);
  const auto whole = [](int64_t side) { return side / kGridPeriod * kGridPeriod; };
  return grey.narrow(1, 0, whole(grey.size(1))).narrow(2, 0, whole(grey.size(2)));
}

}  // namespace

Tensor grid_excess(const Tensor& made, const Tensor& target) {
  constexpr double kLevel = 2. / 255;  // half of one is the rounding of a file's
  const double noise = kLevel * kLevel / 4;
  const auto of_made = grid_log_ratios(grey_of(made), noise);
  const auto of_target = [&] {
    const c10::NoGradGuard no_gradients;
    return grid_log_ratios(grey_of(target), noise);
  }();
  return (of_made - of_target).clamp_min(0).square().mean();
}

Tensor flat_difference(const Tensor& made, const Tensor& target) {
  const auto flatness = [&] {
    const c10::NoGradGuard no_gradients;
    constexpr double kDeviation = 4 / 127.5;
    const std::vector<int64_t> window(2, 7), one(2, 1), rim(2, 3);
    const auto x = target.to(at::kFloat);
    const auto grey = x.size(1) == 1 ? x : luma(x.transpose(0, 1)).transpose(0, 1);
    const auto mean = [&](const Tensor& map) {
      return at::avg_pool2d(map, window, one, rim, /*ceil_mode=*/false,
                            /*count_include_pad=*/false);
    };
    const auto variance = (mean(grey.square()) - mean(grey).square()).clamp_min(0);
    return (variance.sqrt() / -kDeviation).exp();
  }();
  return ((made.to(at::kFloat) - target.to(at::kFloat)).abs() * flatness).mean();
}

}  // namespace ganvas
