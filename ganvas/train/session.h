// The state of a run between two steps: what a checkpoint holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <set>

#include "ganvas/store/checkpoint.h"
#include "ganvas/train/match.h"
#include "ganvas/train/train.h"

namespace ganvas {

/// A state with numbers that are not finite: none to go on from.
class NotFiniteState : public Error {
 public:
  using Error::Error;
};

/// A method in training: networks, game, optimizers, weight average, step and best validation.
class Session {
 public:
  /// world: outlives the session
  Session(const RunSpec& spec, const Machine& machine, World& world);

  /// Plays the next step on a batch.
  PlayedTerms play(const Batch& batch, double lr_factor);

  /// Has players sit steps out, until it is called again.
  void rest(std::set<std::string> players) { match_.rest(std::move(players)); }

  /// Goes on to the next step without having played this one.
  void skip() { ++step_; }

  /// Which samples of each batch play() is to be given.
  const WholeBatch& share() const { return share_; }

  /// True if what it would save holds finite numbers only.
  bool is_finite() const;
  void require_finite() const;  // throws NotFiniteState

  /// Takes the state of the first process, random numbers included.
  void copy_from_first();

  /// Saves all that going on needs: weights, buffers, optimizers, average, random states.
  ///   Its numbers are to be finite.
  ///   more: what else a checkpoint is to hold, under names of their own
  void save(const std::filesystem::path& path, const NamedTensors& more = {}) const;

  /// Puts back what save() saved. Throws Error if the file belongs to other knobs.
  void load(const Checkpoint& checkpoint);

  /// Takes over the score of what save_weights() saved, where there is such a file.
  void load_best_score(const std::filesystem::path& path);

  /// Takes the weights of another run for the networks that they fit (load_networks()).
  ///   returns: the networks' names
  std::vector<std::string> begin_with(const Checkpoint& other);

  /// The same of weights of another program (families/pretrained.h).
  std::vector<std::string> begin_with_foreign(const std::filesystem::path& path);

  /// Saves what translating needs, and no more.
  void save_weights(const std::filesystem::path& path) const;

  /// What save() writes, in bytes.
  double state_bytes() const;

  /// The learning rate before the schedule, of the first player that does not judge.
  double base_lr() const { return match_.base_lr(); }

  Method& method() { return *method_; }
  const CheckpointInfo& info() const { return info_; }
  int64_t step() const { return step_; }

  double best_score = 1e30;  // the lowest of all validations

 private:
  void begin_averages();
  NamedTensors weights() const;
  NamedTensors state() const;  // all but the random state and the best validation
  void average_weights();

  CheckpointInfo info_;
  Machine machine_;
  World& world_;
  WholeBatch share_;
  double ema_;
  std::unique_ptr<Method> method_;
  Match match_;
  std::vector<Tensor> averaged_;  // the parameters whose averages follow, in the same order
  NamedTensors averages_;
  int64_t step_ = 0;
};

}  // namespace ganvas
