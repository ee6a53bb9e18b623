// A game being played: the only place where gradients are taken and networks moved.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/match.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/random.h"
#include "ganvas/train/gradient_exchange.h"

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

bool are_finite(const std::vector<Tensor>& tensors) {
  return at::stack(at::_foreach_norm(tensors)).isfinite().all().item<bool>();
}

/// What becomes of the graph behind a loss once its gradient is taken.
enum class Graph { kFreed, kKept };

/// Gradients of a sum, taken part by part.
class Gradients {
 public:
  explicit Gradients(const NamedTensors& parameters) : sums_(parameters.size()) {
    for (const auto& [name, tensor] : parameters) parameters_.push_back(tensor);
  }

  const std::vector<Tensor>& so_far() const { return sums_; }

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
    return std::move(sums_);
  }

  /// Adds up what all processes have.
  void finish(GradientExchange& exchange) { sums_ = exchange.finish(sums_); }

 private:
  std::vector<Tensor> parameters_, sums_;
};

bool judges(const Player& player) {
  return player.name.find("discriminator") != std::string::npos;
}

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

/// The other processes of a step.
struct Match::Others {
  World& world;
  WholeBatch whole;
  std::map<std::string, GradientExchange> exchanges;  // by the player's name
};

Match::~Match() = default;

void Match::play_with(World& world, const WholeBatch& whole) {
  require_usage(
      saving_.parts == 1, "--accumulate: got ", saving_.parts, " in ", world.size(),
      " processes, which compute a batch in parts already; leave it out, or begin more processes");
  others_ = std::make_unique<Others>(Others{world, whole, {}});
  for (const auto& player : game_.players) {
    others_->exchanges.try_emplace(player.name, world, optimizers_.at(player.name).parameters());
  }
}

Match::Match(Method& method, const Machine& machine, const Saving& saving)
    : Match(method, method.game(), machine, saving) {}

Match::Match(Method& method, Game game, const Machine& machine, const Saving& saving)
    : method_(method), game_(std::move(game)), machine_(machine), saving_(saving) {
  require_usage(
      !game_.at_once || saving.parts == 1, "--accumulate: got ", saving.parts,
      ", but this method's players move at once, by what the whole batch shows; use a smaller "
      "--batch");
  for (const auto& player : game_.players) {
    if (judges(player)) continue;
    for (const auto& network : player.trains) network.set_inner_maps(saving.inner_maps);
  }
  for (const auto& player : game_.players) {
    optimizers_.emplace(player.name, Optimizer(parameters_of(method, player), player.optimizer));
    loss_scales_.emplace(player.name, LossScale(machine));
  }
}

double Match::base_lr() const {
  const auto& players = game_.players;
  const auto maker = std::find_if_not(players.begin(), players.end(), judges);
  return (maker == players.end() ? players.at(0) : *maker).optimizer.lr;
}

PlayedTerms Match::play(Batch batch, int64_t step, double lr_factor) {
  const WholeBatchScope scope(others_ ? &others_->whole : nullptr);
  batch.step = step;
  method_.decide(batch);
  for (auto& [name, optimizer] : optimizers_) optimizer.set_lr_factor(lr_factor);
  // What a part or a pass draws again is put back by the host, which no graph may hold.
  const bool draws_once = saving_.parts == 1 && saving_.inner_maps == InnerMaps::kKept;
  const bool replays = game_.repeats && machine_.launch == Launch::kGraph && draws_once && !others_;
  if (replays) return replay_turns(batch);
  PlayedTerms played;
  const auto hear = [&](const Player& player, const Losses& losses) {
    for (const auto& [name, value] : losses.terms) {
      add_finite(played, term_name(player, name), value.item<double>(), step);
    }
  };
  play_turns(batch, hear, Look::kAtGradients);
  return played;
}

PlayedTerms Match::replay_turns(const Batch& batch) {
  std::vector<bool> who;
  for (const auto& player : game_.players) who.push_back(plays(player, batch.step));
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

/// A player's turn: the gradients of its loss, summed over the loss' terms and the batch's parts.
class Match::Turn {
 public:
  /// exchange: with the other processes; null if there are none. inner_maps: recomputed passes ask for gradients of
  /// their own, so that the sum begins when all are there
  Turn(const Player& player, Optimizer& optimizer, LossScale& loss_scale,
       GradientExchange* exchange, InnerMaps inner_maps)
      : player_(player),
        optimizer_(optimizer),
        loss_scale_(loss_scale),
        exchange_(exchange),
        listens_(exchange != nullptr && inner_maps == InnerMaps::kKept),
        gradients_(optimizer.parameters()) {}

  /// Adds what the loss is on a part of the batch, this share of it.
  void add(const Batch& part, double share, Graph graph,
           const std::function<void(StepPart)>& on_part) {
    size_t place = 0;
    for (const auto& loss : player_.losses) {
      Losses losses = loss(part);
      if (share < 1) {
        for (auto& [name, value] : losses.terms) value = share * value;
      }
      for (const auto& [name, value] : losses.terms) tell(place++, name, value.detach());
      on_part(StepPart::kLoss);
      const bool is_last =
          &loss == &player_.losses.back();  // of a turn: with others there is one part
      if (listens_ && is_last) exchange_->listen(gradients_.so_far());
      gradients_.add(loss_scale_.scaled(losses.total()), graph);
      on_part(StepPart::kGradient);
    }
  }

  /// Adds up gradients and terms over all processes.
  void finish(World& world) {
    gradients_.finish(*exchange_);
    std::vector<Tensor> terms;
    for (const auto& [name, value] : told_.terms) terms.push_back(value.to(at::kDouble).cpu());
    const auto sums = at::stack(terms);
    world.sum(sums);
    for (size_t i = 0; i < terms.size(); ++i) {
      told_.terms[i].second = sums[static_cast<int64_t>(i)];
    }
  }

  /// Moves the player's parameters, unless its gradients overflowed, and keeps them where the
  /// player may have them.
  ///   Throws NotFiniteLoss, and moves nothing, if a gradient is looked at and not finite.
  void move(Look look, int64_t step) {
    auto gradients = gradients_.take();
    if (!loss_scale_.take_out(gradients)) return;
    if (look == Look::kAtGradients && !are_finite(gradients)) {
      throw NotFiniteLoss(c10::str("step ", step, ": the gradient of the ", player_.name,
                                   "'s loss is too large, or not finite"));
    }
    optimizer_.step(gradients);
    if (player_.clip == 0) return;
    const c10::NoGradGuard no_gradients;
    for (const auto& [name, tensor] : optimizer_.parameters()) {
      tensor.clamp_(-player_.clip, player_.clip);
    }
  }

  const Player& player() const { return player_; }
  const Losses& losses() const { return told_; }  // of the whole batch, without gradient

 private:
  void tell(size_t place, const std::string& name, const Tensor& value) {
    if (place == told_.terms.size()) {
      told_.add(name, value);
    } else {
      told_.terms[place].second = told_.terms[place].second + value;
    }
  }

  const Player& player_;
  Optimizer& optimizer_;
  LossScale& loss_scale_;
  GradientExchange* exchange_;
  bool listens_;
  Gradients gradients_;
  Losses told_;
};

/// The forward passes that turns share, one for each part of the batch. A turn that comes back to a part has it run
/// again, on the draws of the first time, so that two are in memory at most: the method lets go of one when it has
/// the next.
class Match::SharedPasses {
 public:
  SharedPasses(Method& method, std::vector<Batch> parts)
      : method_(method), parts_(std::move(parts)), draws_(parts_.size()) {
    for (const auto& part : parts_) size_ += part.size();
  }

  size_t count() const { return parts_.size(); }

  /// The part, with its pass in memory.
  const Batch& part(size_t i) {
    if (i == current_) return parts_[i];
    current_ = i;
    if (count() == 1) {
      method_.forward(parts_[i]);
    } else if (draws_[i].empty()) {
      draws_[i] = torch_random_state();
      method_.forward(parts_[i]);
    } else {
      const RandomStateScope now;
      set_torch_random_state(draws_[i]);
      method_.forward(parts_[i]);
    }
    return parts_[i];
  }

  double share(size_t i) const {
    return static_cast<double>(parts_[i].size()) / static_cast<double>(size_);
  }

 private:
  Method& method_;
  std::vector<Batch> parts_;
  std::vector<NamedTensors> draws_;  // torch's random state before each part's pass
  int64_t size_ = 0;
  size_t current_ = std::numeric_limits<size_t>::max();
};

bool Match::plays(const Player& player, int64_t step) const {
  return player.plays(step) && resting_.count(player.name) == 0;
}

double Match::my_share() const {
  if (!others_) return 1;
  return static_cast<double>(others_->whole.count) / static_cast<double>(others_->whole.size);
}

std::vector<Match::Turn> Match::turns_of(int64_t step) {
  std::vector<Turn> turns;
  for (const auto& player : game_.players) {
    if (!plays(player, step)) continue;
    auto* exchange = others_ ? &others_->exchanges.at(player.name) : nullptr;
    turns.emplace_back(player, optimizers_.at(player.name), loss_scales_.at(player.name), exchange,
                       saving_.inner_maps);
  }
  return turns;
}

void Match::play_turns(const Batch& batch, const Hear& hear, Look look) {
  const PrecisionScope precision(machine_);
  SharedPasses shared(method_, batch.parts(saving_.parts));
  shared.part(0);
  on_part(StepPart::kForward);
  if (game_.at_once) {
    play_at_once(shared, batch.step, hear, look);
  } else {
    play_in_turns(shared, batch.step, hear, look);
  }
}

void Match::play_in_turns(SharedPasses& shared, int64_t step, const Hear& hear, Look look) {
  for (auto& turn : turns_of(step)) {
    for (size_t i = 0; i < shared.count(); ++i) {
      turn.add(shared.part(i), my_share() * shared.share(i), Graph::kFreed, on_part);
    }
    if (others_) turn.finish(others_->world);
    hear(turn.player(), turn.losses());
    turn.move(look, step);
    PrecisionScope::forget_weights();
    on_part(StepPart::kMove);
  }
}

void Match::play_at_once(SharedPasses& shared, int64_t step, const Hear& hear, Look look) {
  auto turns = turns_of(step);
  for (auto& turn : turns) {
    turn.add(shared.part(0), my_share(), Graph::kKept, on_part);
    if (others_) turn.finish(others_->world);
  }
  for (const auto& turn : turns) hear(turn.player(), turn.losses());
  for (auto& turn : turns) turn.move(look, step);
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
