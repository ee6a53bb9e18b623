// The knobs of a discriminator's part in a game, and its losses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/config.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/recipes.h"
#include "ganvas/objectives/adversarial.h"
#include "ganvas/objectives/penalty.h"

namespace ganvas {

enum class Penalty { kNone, kGradient, kR1 };

/// The knobs of an adversarial objective and of what keeps its discriminator smooth.
struct AdversaryConfig {
  Adversarial objective = Adversarial::kVanilla;
  Penalty penalty = Penalty::kNone;
  double penalty_weight = 10;
  double clip = 0;

  bool has_penalty() const { return penalty != Penalty::kNone && penalty_weight > 0; }

  template <typename Visitor>
  void visit(Visitor& v) {
    v("objective", objective, "adversarial objective", adversarial_names());
    v("penalty", penalty, "penalty on the discriminator's slope: none, WGAN-GP's, or R1",
      Choices{"none", "gradient", "r1"});
    v("penalty-weight", penalty_weight, "weight of the penalty", Range{0, 1e6});
    v("clip", clip, "limit of the discriminator's weights after each of its moves; 0 is none",
      Range{0, 1e3});
  }
};

/// The norm of a discriminator whose method has batch norm: none where a penalty wants each image's own
/// score.
inline NormKind batch_norm_unless_penalised(const AdversaryConfig& config) {
  const bool has_penalty = config.has_penalty();
  return has_penalty ? NormKind::kNone : NormKind::kBatch;
}

/// An adversarial objective at work. Values only; shares nothing.
class Adversary {
 public:
  /// norm: of the discriminator. Throws UsageError on combinations that make no sense: a Wasserstein
  /// critic that nothing keeps smooth, or a penalty of each image's slope across a batch norm.
  Adversary(const AdversaryConfig& config, NormKind norm);

  /// Adds the discriminator's terms "fake", "real" and, where asked for, "penalty" with `suffix`
  /// behind their names. `weight` multiplies the first two.
  ///
  ///   real, fake: what `discriminator` takes; fake is taken as a constant
  void add_terms_of_calls(Losses& losses, const Scorer& discriminator, const Tensor& real,
                          const Tensor& fake, double weight, const std::string& suffix = "") const;

  /// The same of a network, which sees both in one call unless a batch norm would let them meet there.
  void add_terms(Losses& losses, const Network& discriminator, const Tensor& real,
                 const Tensor& fake, double weight, const std::string& suffix = "") const;

  /// What the generator wants of the scores of its images: [] float.
  Tensor fooling(const Tensor& score) const { return fooling_loss(config_.objective, score); }

  /// The limit for the discriminator's Player::clip.
  double clip() const { return config_.clip; }

 private:
  void add_scores(Losses& losses, const Tensor& fake_score, const Tensor& real_score, double weight,
                  const std::string& suffix) const;
  void add_penalty(Losses& losses, const Scorer& discriminator, const Tensor& real,
                   const Tensor& fake, const std::string& suffix) const;

  AdversaryConfig config_;
  bool mixes_batch_;  // in the discriminator's norm
};

}  // namespace ganvas
