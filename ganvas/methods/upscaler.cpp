// What the knobs of a network that enlarges make.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/upscaler.h"

#include "ganvas/methods/inference.h"
#include "ganvas/nn/recipes.h"

namespace ganvas {

Upscaler::Upscaler(const UpscalerConfig& config, const ImageSpec& spec)
    : is_compact_(config.upscaler == UpscalerKind::kCompact) {
  require_usage(spec.channels_a == spec.channels_b, "super-resolution: got ", spec.channels_a,
                " channels in and ", spec.channels_b, " out, expected equal numbers");
  const UpscalerShape shape{spec.channels_a, config.width, config.blocks, spec.scale};
  network_ = is_compact_ ? compact_upscaler(shape) : srresnet(shape);
  reach_ = is_compact_ ? compact_reach(shape) : srresnet_reach(shape);
}

// SRResNet's input is in [0, 1]; the compact network adds to its input, which so stays as it is.
Tensor Upscaler::input_of(const Tensor& a) const {
  return is_compact_ ? a : to_unit_range(a);
}

Tensor Upscaler::forward(const Tensor& a) const {
  return network_(input_of(a)).to(at::kFloat);
}

Tensor Upscaler::translate(const Tensor& a) const {
  return infer(network_, input_of(a)).clamp(-1, 1);
}

}  // namespace ganvas
