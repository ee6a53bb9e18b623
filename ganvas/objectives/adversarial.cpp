// What discriminators and generators want of the scores.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/adversarial.h"

#include <ATen/ops/relu.h>
#include <ATen/ops/softplus.h>

#include "ganvas/core/whole_batch.h"

namespace ganvas {

Choices adversarial_names() {
  return {"vanilla", "least-squares", "hinge", "wasserstein"};
}

Tensor real_loss(Adversarial objective, const Tensor& logits) {
  const auto score = logits.to(at::kFloat);
  if (objective == Adversarial::kVanilla) return at::softplus(-score).mean();
  if (objective == Adversarial::kLeastSquares) return (score - 1).square().mean();
  if (objective == Adversarial::kWasserstein) return -score.mean();
  return at::relu(1 - score).mean();
}

Tensor fake_loss(Adversarial objective, const Tensor& logits) {
  const auto score = logits.to(at::kFloat);
  if (objective == Adversarial::kVanilla) return at::softplus(score).mean();
  if (objective == Adversarial::kLeastSquares) return score.square().mean();
  if (objective == Adversarial::kWasserstein) return score.mean();
  return at::relu(1 + score).mean();
}

Tensor fooling_loss(Adversarial objective, const Tensor& score) {
  const bool is_linear = objective == Adversarial::kHinge || objective == Adversarial::kWasserstein;
  if (is_linear) return -score.to(at::kFloat).mean();
  return real_loss(objective, score);
}

Tensor relativistic_loss(const Tensor& above, const Tensor& below) {
  const auto high = above.to(at::kFloat), low = below.to(at::kFloat);
  return at::softplus(mean_of_batch(low.mean()) - high).mean() +
         at::softplus(low - mean_of_batch(high.mean())).mean();
}

}  // namespace ganvas
