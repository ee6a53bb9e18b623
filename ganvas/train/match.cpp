// A game being played: the only place where gradients are taken and networks moved.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/match.h"

#include <cmath>

#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

namespace ganvas {
namespace {

PlayedTerms finite_terms(const Player& player, const Losses& losses, int64_t step) {
  PlayedTerms terms;
  for (const auto& [name, value] : losses.terms) {
    terms.emplace_back(player.name + "." + name, value.item<double>());
    require(std::isfinite(terms.back().second), "step ", step, ": the loss ", terms.back().first,
            " is ", terms.back().second, ", expected a finite number; try a lower --lr");
  }
  return terms;
}

/// Moves the player's parameters, and keeps them where the player may have them.
void move(const Player& player, Optimizer& optimizer, const std::vector<Tensor>& gradients,
          double lr_factor) {
  optimizer.step(gradients, lr_factor);
  if (player.clip == 0) return;
  const c10::NoGradGuard no_gradients;
  for (auto [name, tensor] : optimizer.parameters()) tensor.clamp_(-player.clip, player.clip);
}

/// What becomes of the graph behind a loss once its gradient is taken.
enum class Graph { kFreed, kKept };

std::vector<Tensor> gradients_of(const Tensor& loss, const NamedTensors& parameters, Graph graph) {
  std::vector<Tensor> inputs;
  for (const auto& [name, tensor] : parameters) inputs.push_back(tensor);
  auto gradients = torch::autograd::grad({loss}, inputs, /*grad_outputs=*/{},
                                         /*retain_graph=*/graph == Graph::kKept,
                                         /*create_graph=*/false, /*allow_unused=*/true);
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = at::zeros_like(inputs[i]);
  }
  // Averaging over processes and clipping belong here: once, for every method.
  return gradients;
}

}  // namespace

NamedTensors parameters_of(const Method& method, const Player& player) {
  NamedTensors all;
  for (const auto& mine : player.moves) {
    for (const auto& [key, tensor] : mine.parameters()) {
      for (const auto& [name, candidate] : parameters_of(method)) {
        if (candidate.is_same(tensor)) all.emplace_back(name, tensor);
      }
    }
  }
  return all;
}

Match::Match(Method& method, const Machine& machine) : Match(method, method.game(), machine) {}

Match::Match(Method& method, Game game, const Machine& machine)
    : method_(method), game_(std::move(game)), machine_(machine) {
  for (const auto& player : game_.players) {
    optimizers_.emplace(player.name, Optimizer(parameters_of(method, player), player.optimizer));
  }
}

PlayedTerms Match::play(Batch batch, int64_t step, double lr_factor) {
  batch.step = step;
  PlayedTerms played;
  std::vector<std::pair<const Player*, std::vector<Tensor>>> waiting;  // when all move at once
  const PrecisionScope precision(machine_);
  method_.forward(batch);
  on_part(StepPart::kForward);
  for (const auto& player : game_.players) {
    if (!player.plays(step)) continue;
    const Losses losses = player.loss(batch);
    const auto terms = finite_terms(player, losses, step);
    played.insert(played.end(), terms.begin(), terms.end());
    on_part(StepPart::kLoss);
    auto& optimizer = optimizers_.at(player.name);
    auto gradients = gradients_of(losses.total(), optimizer.parameters(),
                                  game_.at_once ? Graph::kKept : Graph::kFreed);
    on_part(StepPart::kGradient);
    if (game_.at_once) {
      waiting.emplace_back(&player, std::move(gradients));
      continue;
    }
    move(player, optimizer, gradients, lr_factor);
    PrecisionScope::forget_weights();
    on_part(StepPart::kMove);
  }
  for (const auto& [player, gradients] : waiting) {
    move(*player, optimizers_.at(player->name), gradients, lr_factor);
  }
  on_part(StepPart::kMove);
  return played;
}

NamedTensors Match::state() const {
  NamedTensors all;
  for (const auto& [player, optimizer] : optimizers_) {
    for (const auto& [name, tensor] : optimizer.state()) {
      std::string key = "optimizer/";
      all.emplace_back(key.append(player).append("/").append(name), tensor);
    }
  }
  return all;
}

}  // namespace ganvas
