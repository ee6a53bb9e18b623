// Where in an image a classifier saw a class.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/activation_map.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/error.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

Tensor as_in_training(const Model& model, const Tensor& image) {
  const int64_t side = model.info().image_spec().size.shorter(),
                fixed = model.method().abilities().fixed_size;
  if (fixed > 0) return resize(image, fixed, fixed);
  const int64_t height = image.size(1), width = image.size(2);
  const double scale = static_cast<double>(side) / static_cast<double>(std::min(height, width));
  const auto scaled = [&](int64_t length) {
    return std::max(side, std::lround(scale * static_cast<double>(length)));
  };
  return resize(image, scaled(height), scaled(width));
}

/// Convolves the rows of a map [1, H, W] with a Gaussian; beyond the ends lie zeros.
Tensor smoothed_rows(const Tensor& map, double deviation) {
  const auto reach = static_cast<int64_t>(std::ceil(3 * deviation));
  const auto offsets = at::arange(-reach, reach + 1, at::kFloat);
  const auto kernel = at::exp(-offsets.square() / (2 * deviation * deviation));
  const std::vector<int64_t> stride = {1, 1}, padding = {0, reach};
  return at::conv2d(map.unsqueeze(0), (kernel / kernel.sum()).view({1, 1, 1, -1}), {},
                    at::IntArrayRef(stride), at::IntArrayRef(padding))[0];
}

}  // namespace

ActivationMap activation_map(const Model& model, const Tensor& image, int64_t label) {
  const PrecisionScope precision(model.machine());
  const auto seen = as_in_training(model, image).unsqueeze(0).to(model.machine().device);
  const auto made = model.method().features_and_logits(seen, Domain::kA);
  const auto scores = made.logits[0];
  if (label == kNoLabel) label = scores.argmax().item<int64_t>();
  require_usage(label >= 0 && label < scores.size(0), "class: got ", label, ", expected 0 to ",
                scores.size(0) - 1);
  const auto slopes = torch::autograd::grad({scores[label]}, {made.features})[0];
  const auto weights = slopes.sum({2, 3}, /*keepdim=*/true);
  const auto map = (weights * made.features.detach()).sum(1, /*keepdim=*/true);
  const std::vector<int64_t> size = {image.size(1), image.size(2)};
  return {scores.detach().cpu(), label,
          at::upsample_bilinear2d(map, at::IntArrayRef(size), /*align_corners=*/false)[0].cpu()};
}

Place map_peak(const Tensor& map) {
  const int64_t height = map.size(1), width = map.size(2);
  const double deviation = 0.1 * static_cast<double>(std::min(height, width));
  const auto across = smoothed_rows(map.clamp_min(0), deviation);
  const auto smooth = smoothed_rows(across.transpose(1, 2), deviation).transpose(1, 2);
  const int64_t place = smooth.argmax().item<int64_t>();
  return {(static_cast<double>(place % width) + 0.5) / static_cast<double>(width),
          (static_cast<double>(place / width) + 0.5) / static_cast<double>(height)};
}

Tensor map_region(const Tensor& map, double share) {
  const double peak = map.max().item<double>();
  return map.gt(share * std::max(peak, 0.0)).to(at::kFloat) * (peak > 0 ? 1.0 : 0.0);
}

}  // namespace ganvas
