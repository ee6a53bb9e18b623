// What goes wrong in trainings, seen from their losses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "ganvas/core/config.h"
#include "ganvas/train/match.h"

namespace ganvas {

/// What is done about a training that goes wrong. A run that does not is the same with it and without.
struct WatchdogConfig {
  int64_t skip_batches = 3;
  int64_t rollbacks = 4;
  bool hold_discriminator = false;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("skip-batches", skip_batches,
      "batches in a row to pass over where a loss is not finite; 0 is none", Range{0, 1e6});
    v("rollbacks", rollbacks,
      "times to go back to the last checkpoint, with half of the learning rate, where skipping does not "
      "help or a loss explodes; 0 stops at once",
      Range{0, 1000});
    v("hold-discriminator", hold_discriminator,
      "a discriminator that wins for 500 steps moves at each tenth step until it no longer does");
  }
};

/// Watches the losses of a run. Sees; what is done about it is the trainer's.
class Watchdog {
 public:
  /// objective: of the method's discriminator, as --objective names it; empty if it has none
  explicit Watchdog(std::string objective) : objective_(std::move(objective)) {}

  /// Takes note of a step's losses.
  ///   returns: why the run should go back, if it should: a loss that for kLongestSpike steps was
  ///   kSpike times what it used to be
  std::optional<std::string> hear(const PlayedTerms& terms, int64_t step);

  /// A sentence on what the losses of the last steps mean, when that has changed: "discriminator wins since
  /// step 900: ...; what usually helps: ...".
  std::optional<std::string> verdict();

  /// False where no loss tells that a discriminator wins: there is none, or its losses have no number of chance.
  bool sees_winners() const;

  /// Players who have won for kSaturated steps, and sit this step out.
  std::set<std::string> held(int64_t step) const;

  /// Takes note of a validation's figures. returns: a sentence where they tell of a checkerboard, once
  std::optional<std::string> hear_figures(const PlayedTerms& figures);

  /// What a checkpoint keeps of it: the usual sizes of losses, so that a run that was stopped sees what one that
  /// was not would.
  NamedTensors state() const;

  /// Goes on from what a checkpoint kept, or from nothing.
  void load(const NamedTensors& state);

  static constexpr double kSpike = 1e4;
  static constexpr int64_t kLongestSpike = 5;
  static constexpr int64_t kSaturated = 500;  // steps in a row
  static constexpr int64_t kHeldTo = 10;      // each of so many steps

 private:
  struct Seen {
    double mean = 0;
    int64_t count = 0, spike = 0;
  };
  void hear_discriminators(const PlayedTerms& terms, int64_t step);

  std::string objective_;
  std::map<std::string, Seen> terms_;
  std::map<std::string, int64_t> winning_since_;  // discriminators, by their player's name
  std::map<std::string, double> losses_;          // of theirs, a running mean
  int64_t step_ = 0;
  std::string said_;
  int64_t grids_ = 0;  // validations in a row that show one
};

}  // namespace ganvas
