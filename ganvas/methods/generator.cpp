// What the knobs of a generator make.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/generator.h"

#include <ATen/ops/cat.h>
#include <c10/core/GradMode.h>

#include "ganvas/nn/recipes.h"

namespace ganvas {
Generator::Generator(const GeneratorConfig& config, const ImageSpec& spec)
    : channels_out_(spec.channels_b),
      base_(config.base),
      inference_(config.inference == Inference::kPaper ? Mode::kBatchStatistics
                                                       : Mode::kRunningStatistics),
      mixes_batch_(config.norm == NormKind::kBatch || config.dropout != Dropout::kNone) {
  const int64_t masks = base_ == Base::kMasked ? 1 : 0;
  const int64_t needed = base_ == Base::kNone ? 0 : spec.channels_b + masks;
  require_usage(spec.channels_a >= needed, "--base ", masks > 0 ? "masked" : "input", ": got ",
                spec.channels_a, " input channels, expected at least ", needed,
                "; use --base none");
  const auto recipe = generator_recipe(config.generator, spec.size);
  const auto upsampling = config.upsampling.upsampling;
  require_usage(upsampling == Upsampling::kTransposed || recipe.name.rfind("resnet", 0) == 0,
                "--upsampling nearest: got --generator ", recipe.name,
                ", expected a ResNet; leave it out");
  size_multiple_ = recipe.size_multiple;
  network_ = make_generator(
      recipe, {spec.channels_a, spec.channels_b, config.width, config.norm, upsampling},
      config.dropout);
}

Tensor Generator::forward(const Tensor& a) const {
  const auto y = network_(a).to(at::kFloat);
  if (base_ == Base::kNone) return y;
  const auto input = a.narrow(1, 0, channels_out_);
  if (base_ == Base::kInput) return input + y;
  const auto mask = (a.narrow(1, a.size(1) - 1, 1) + 1) / 2;  // [-1, 1] -> [0, 1]
  return input + mask * y;
}

std::vector<Tensor> Generator::forward_each(const std::vector<Tensor>& batches) const {
  if (mixes_batch_) {
    std::vector<Tensor> made;
    for (const auto& batch : batches) made.push_back(forward(batch));
    return made;
  }
  std::vector<int64_t> sizes;
  for (const auto& batch : batches) sizes.push_back(batch.size(0));
  return forward(at::cat(batches)).split_with_sizes(sizes);
}

Tensor Generator::translate(const Tensor& a) const {
  const c10::NoGradGuard no_gradients;
  const ModeScope scope(network_, inference_);
  return forward(a).clamp(-1, 1);
}

}  // namespace ganvas
