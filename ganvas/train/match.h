// A game being played: the only place where gradients are taken and networks moved.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/core/whole_batch.h"
#include "ganvas/methods/method.h"
#include "ganvas/train/loss_scale.h"
#include "ganvas/train/optimizer.h"
#include "ganvas/train/replay.h"
#include "ganvas/world/world.h"

namespace ganvas {

/// Every parameter that the player may move, by its name in the method.
NamedTensors parameters_of(const Method& method, const Player& player);

/// What the terms of a player's loss were in a step: name and value.
using PlayedTerms = std::vector<std::pair<std::string, double>>;

/// A loss that is no number, or a gradient with such. Of the players, those before that one have moved.
class NotFiniteLoss : public Error {
 public:
  using Error::Error;
};

/// What a step spends its time on.
enum class StepPart { kForward, kLoss, kGradient, kMove };

/// How a step saves memory.
struct Saving {
  /// That a batch is computed in, one after the other, each in the memory of its own: what players move by is the mean
  /// over all of them, as if the batch were computed at once, unless an image's loss depends on the others of its
  /// batch.
  int64_t parts = 1;

  /// Of all networks but those that judge: a penalty on their slopes takes gradients of gradients.
  InnerMaps inner_maps = InnerMaps::kKept;
};

/// A method's game with an optimizer for each player.
class Match {
 public:
  /// Plays `game`, or the method's own. The method must outlive the match.
  Match(Method& method, const Machine& machine, const Saving& saving = {});
  Match(Method& method, Game game, const Machine& machine, const Saving& saving = {});
  ~Match();

  /// Plays one step: the shared forward pass, then each player's loss, gradient and move.
  ///
  /// A player's gradient is taken with respect to its own parameters only, so nobody needs freezing
  /// and no gradient reaches another player's network.
  ///
  ///   returns: the terms of each player that played, named "player.term"
  ///   Throws NotFiniteLoss naming the term if a loss is not finite, or the player if a gradient is not; that player
  ///   has then not moved, unless the step was replayed (Launch::kGraph), where gradients are not looked at.
  ///   Under fp16 a player whose gradients overflow sits the step out.
  PlayedTerms play(Batch batch, int64_t step, double lr_factor = 1);

  /// Plays with others from now on, each process its own part of a batch: what players move by is the mean over all.
  ///   whole: whose part comes to play();  world: outlives the match
  ///   Throws UsageError if the parts of a batch are to be computed one after the other, too.
  void play_with(World& world, const WholeBatch& whole);

  /// Has players sit steps out, by their names, until it is called again.
  void rest(std::set<std::string> players) { resting_ = std::move(players); }

  /// What is told of the terms of a player's loss, before it moves.
  using Hear = std::function<void(const Player&, const Losses&)>;

  /// Whether gradients are looked at before players move by them, which brings a number to the host.
  enum class Look { kAway, kAtGradients };

  /// The part of play() that a graph holds: all but Method::decide() and the schedule. Where the
  /// game repeats and nobody looks at gradients, it brings nothing to the host, and two steps differ in their numbers
  /// alone.
  void play_turns(const Batch& batch, const Hear& hear, Look look = Look::kAway);

  /// The state of every optimizer and of the scales of losses, to save and load:
  /// "optimizer/player/mean/network.layer.weight", "loss_scale/player/scale".
  NamedTensors state() const;

  const Game& game() const { return game_; }

  /// The learning rate before the schedule, of the first player that does not judge.
  double base_lr() const;

  /// Called when a part of a step is done: for the benchmark.
  std::function<void(StepPart)> on_part = [](StepPart) {};

 private:
  /// A step of some of the players, as it is replayed.
  struct Repeated {
    Replay replay;
    std::vector<std::string> terms = {};  // in the order of the numbers
  };

  struct Others;
  class Turn;
  class SharedPasses;
  bool plays(const Player& player, int64_t step) const;
  double my_share() const;  // of a step's batch
  std::vector<Turn> turns_of(int64_t step);
  void play_in_turns(SharedPasses& shared, int64_t step, const Hear& hear, Look look);
  void play_at_once(SharedPasses& shared, int64_t step, const Hear& hear, Look look);
  PlayedTerms replay_turns(const Batch& batch);

  Method& method_;
  Game game_;
  Machine machine_;
  Saving saving_;
  std::set<std::string> resting_;
  std::map<std::string, Optimizer> optimizers_;     // by the player's name
  std::map<std::string, LossScale> loss_scales_;    // likewise
  std::map<std::vector<bool>, Repeated> repeated_;  // by who of the players plays
  std::unique_ptr<Others> others_;                  // none: this process computes all of a batch
};

}  // namespace ganvas
