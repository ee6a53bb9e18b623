// One step of a game: the only place where gradients are taken and networks moved.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/step.h"

#include <cmath>

#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

namespace ganvas {
namespace {

/// A player's turn between its loss and its move.
struct Turn {
  Adam* optimizer;
  std::vector<Tensor> gradients;
};

PlayedTerms finite_terms(const Player& player, const Losses& losses, int64_t step) {
  PlayedTerms terms;
  for (const auto& [name, value] : losses.terms) {
    terms.emplace_back(player.name + "." + name, value.item<double>());
    require(std::isfinite(terms.back().second), "step ", step, ": the loss ", terms.back().first,
            " is ", terms.back().second, ", expected a finite number; try a lower --lr");
  }
  return terms;
}

std::vector<Tensor> gradients_of(const Tensor& loss, const NamedTensors& parameters,
                                 bool keep_graph) {
  std::vector<Tensor> inputs;
  for (const auto& [name, tensor] : parameters) inputs.push_back(tensor);
  auto gradients = torch::autograd::grad({loss}, inputs, /*grad_outputs=*/{}, keep_graph,
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

Optimizers make_optimizers(const Method& method, const Game& game) {
  Optimizers optimizers;
  for (const auto& player : game.players) {
    optimizers.emplace(player.name, Adam(parameters_of(method, player), player.optimizer));
  }
  return optimizers;
}

PlayedTerms play_step(Method& method, const Game& game, Optimizers& optimizers, const Batch& batch,
                      int64_t step, double lr_factor, const Machine& machine) {
  PlayedTerms played;
  std::vector<Turn> waiting;
  const PrecisionScope precision(machine);
  method.forward(batch);
  for (const auto& player : game.players) {
    if (!player.plays(step)) continue;
    const Losses losses = player.loss(batch);
    const auto terms = finite_terms(player, losses, step);
    played.insert(played.end(), terms.begin(), terms.end());
    auto& optimizer = optimizers.at(player.name);
    Turn turn{&optimizer, gradients_of(losses.total(), optimizer.parameters(),
                                       /*keep_graph=*/game.at_once)};
    if (game.at_once) {
      waiting.push_back(std::move(turn));
    } else {
      turn.optimizer->step(turn.gradients, lr_factor);
      PrecisionScope::forget_weights();
    }
  }
  for (auto& turn : waiting) turn.optimizer->step(turn.gradients, lr_factor);
  return played;
}

}  // namespace ganvas
