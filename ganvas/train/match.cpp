// A game being played: the only place where gradients are taken and networks moved.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/match.h"

#include <cmath>

#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

namespace ganvas {
namespace {

void add_finite(PlayedTerms& terms, std::string name, double value, int64_t step) {
  if (!std::isfinite(value)) {
    throw NotFiniteLoss(
        c10::str("step ", step, ": the loss ", name, " is ", value, ", expected a finite number"));
  }
  terms.emplace_back(std::move(name), value);
}

std::string term_name(const Player& player, const std::string& term) {
  return player.name + "." + term;
}

/// Moves the player's parameters, unless its gradients overflowed, and keeps them where the player
/// may have them.
void move(const Player& player, Optimizer& optimizer, LossScale& loss_scale,
          std::vector<Tensor> gradients) {
  if (!loss_scale.take_out(gradients)) return;
  optimizer.step(gradients);
  if (player.clip == 0) return;
  const c10::NoGradGuard no_gradients;
  for (auto [name, tensor] : optimizer.parameters()) tensor.clamp_(-player.clip, player.clip);
}

/// What becomes of the graph behind a loss once its gradient is taken.
enum class Graph { kFreed, kKept };

/// Gradients of a sum, taken part by part.
class Gradients {
 public:
  explicit Gradients(const NamedTensors& parameters) : sums_(parameters.size()) {
    for (const auto& [name, tensor] : parameters) parameters_.push_back(tensor);
  }

  void add(const Tensor& loss, Graph graph) {
    const auto part = torch::autograd::grad({loss}, parameters_, /*grad_outputs=*/{},
                                            /*retain_graph=*/graph == Graph::kKept,
                                            /*create_graph=*/false, /*allow_unused=*/true);
    const c10::NoGradGuard no_gradients;
    for (size_t i = 0; i < part.size(); ++i) {
      if (!part[i].defined()) continue;
      // The first may be a tensor that others see too.
      sums_[i] = sums_[i].defined() ? sums_[i] + part[i] : part[i];
    }
  }

  std::vector<Tensor> take() {
    for (size_t i = 0; i < sums_.size(); ++i) {
      if (!sums_[i].defined()) sums_[i] = at::zeros_like(parameters_[i]);
    }
    // Averaging over processes and clipping belong here: once, for every method.
    return std::move(sums_);
  }

 private:
  std::vector<Tensor> parameters_, sums_;
};

}  // namespace

NamedTensors parameters_of(const Method& method, const Player& player) {
  NamedTensors all;
  for (const auto& mine : player.trains) {
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
    loss_scales_.emplace(player.name, LossScale(machine));
  }
}

PlayedTerms Match::play(Batch batch, int64_t step, double lr_factor) {
  batch.step = step;
  method_.decide(batch);
  for (auto& [name, optimizer] : optimizers_) optimizer.set_lr_factor(lr_factor);
  if (game_.repeats && machine_.launch == Launch::kGraph) return replay_turns(batch);
  PlayedTerms played;
  play_turns(batch, [&](const Player& player, const Losses& losses) {
    for (const auto& [name, value] : losses.terms) {
      add_finite(played, term_name(player, name), value.item<double>(), step);
    }
  });
  return played;
}

PlayedTerms Match::replay_turns(const Batch& batch) {
  std::vector<bool> who;
  for (const auto& player : game_.players) who.push_back(player.plays(batch.step));
  auto& [replay, names] =
      repeated_.try_emplace(who, Repeated{Replay(batch.a.device())}).first->second;
  const auto numbers = replay.run(batch, [&](const Batch& still) {
    std::vector<Tensor> values;
    names.clear();
    play_turns(still, [&](const Player& player, const Losses& losses) {
      for (const auto& [name, value] : losses.terms) {
        names.push_back(term_name(player, name));
        values.push_back(value.detach().to(at::kFloat));
      }
    });
    return at::stack(values);
  });
  PlayedTerms played;
  for (size_t i = 0; i < names.size(); ++i) {
    add_finite(played, names[i], numbers[static_cast<int64_t>(i)].item<double>(), batch.step);
  }
  return played;
}

void Match::play_turns(const Batch& batch, const Hear& hear) {
  std::vector<std::pair<const Player*, std::vector<Tensor>>> waiting;  // when all move at once
  const PrecisionScope precision(machine_);
  method_.forward(batch);
  on_part(StepPart::kForward);
  for (const auto& player : game_.players) {
    if (!player.plays(batch.step)) continue;
    auto& optimizer = optimizers_.at(player.name);
    Gradients gradients(optimizer.parameters());
    for (const auto& part : player.losses) {
      const Losses losses = part(batch);
      hear(player, losses);
      on_part(StepPart::kLoss);
      gradients.add(loss_scales_.at(player.name).scaled(losses.total()),
                    game_.at_once ? Graph::kKept : Graph::kFreed);
      on_part(StepPart::kGradient);
    }
    if (game_.at_once) {
      waiting.emplace_back(&player, gradients.take());
      continue;
    }
    move(player, optimizer, loss_scales_.at(player.name), gradients.take());
    PrecisionScope::forget_weights();
    on_part(StepPart::kMove);
  }
  for (const auto& [player, gradients] : waiting) {
    move(*player, optimizers_.at(player->name), loss_scales_.at(player->name), gradients);
  }
  on_part(StepPart::kMove);
}

NamedTensors Match::state() const {
  NamedTensors all;
  const auto append = [&all](std::string prefix, const std::string& player,
                             const NamedTensors& state) {
    prefix.append(player).append("/");
    for (const auto& [name, tensor] : state) all.emplace_back(prefix + name, tensor);
  };
  for (const auto& [player, optimizer] : optimizers_) {
    append("optimizer/", player, optimizer.state());
  }
  for (const auto& [player, scale] : loss_scales_) append("loss_scale/", player, scale.state());
  return all;
}

}  // namespace ganvas
