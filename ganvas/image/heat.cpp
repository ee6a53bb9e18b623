// Maps of numbers as colours over an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/heat.h"

#include <array>

#include <ATen/ops/cat.h>

#include "ganvas/core/luma.h"

namespace ganvas {
namespace {

/// A colour of the ramp, [-1, 1].
using Stop = std::array<double, 3>;
constexpr std::array<Stop, 4> kRamp = {
    {{-0.8, -0.7, 0.3}, {0.1, -0.8, 0.1}, {0.9, -0.2, -0.8}, {1, 0.9, -0.2}}};
constexpr double kMostOpaque = 0.75;

Tensor ramp(const Tensor& map, size_t channel) {
  const auto place = map * static_cast<double>(kRamp.size() - 1);
  Tensor color = map * 0 + kRamp[0][channel];
  for (size_t i = 1; i < kRamp.size(); ++i) {
    const double rise = kRamp[i][channel] - kRamp[i - 1][channel];
    color = color + rise * (place - static_cast<double>(i - 1)).clamp(0, 1);
  }
  return color;
}

}  // namespace

Tensor heat_over(const Tensor& image, const Tensor& map) {
  const auto share = map.clamp(0, 1);
  const auto colors = at::cat({ramp(share, 0), ramp(share, 1), ramp(share, 2)});
  const auto grey = image.size(0) == 3 ? luma(image) : image;
  const auto opacity = kMostOpaque * share.sqrt();
  return opacity * colors + (1 - opacity) * grey;
}

}  // namespace ganvas
