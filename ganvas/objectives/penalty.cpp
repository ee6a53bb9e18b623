// Penalties on the slope of a discriminator.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/penalty.h"

#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/random.h"

namespace ganvas {
namespace {

/// The squared length of the score's slope at each image, [N], itself differentiable.
Tensor squared_slopes(const Scorer& scorer, const Tensor& images) {
  const auto x = images.detach().requires_grad_();
  const auto scores = scorer(x).to(at::kFloat).reshape({x.size(0), -1}).mean(1);  // [N]
  const auto slopes = torch::autograd::grad({scores.sum()}, {x}, /*grad_outputs=*/{},
                                            /*retain_graph=*/true, /*create_graph=*/true)[0];
  return slopes.to(at::kFloat).flatten(1).square().sum(1);
}

}  // namespace

Tensor gradient_penalty(const Scorer& critic, const Tensor& real, const Tensor& fake) {
  require(real.sizes() == fake.sizes(), "gradient_penalty: got ", real.sizes(), " and ",
          fake.sizes(), ", expected one shape");
  const auto u = draw_uniform({real.size(0), 1, 1, 1}, real.options());
  const auto between = u * real + (1 - u) * fake.detach();
  // The root's slope is infinite at 0, which 1e-12 keeps away.
  return ((squared_slopes(critic, between) + 1e-12).sqrt() - 1).square().mean();
}

Tensor r1_penalty(const Scorer& discriminator, const Tensor& real) {
  return 0.5 * squared_slopes(discriminator, real).mean();
}

}  // namespace ganvas
