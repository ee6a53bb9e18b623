// The knobs of a discriminator's part in a game, and its losses.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/adversary.h"

namespace ganvas {

Adversary::Adversary(const AdversaryConfig& config, NormKind norm)
    : config_(config), objective_(adversarial_objective(config.objective)) {
  const bool has_penalty = config.penalty != "none" && config.penalty_weight > 0;
  require_usage(objective_ != Adversarial::kWasserstein || has_penalty || config.clip > 0,
                "--objective wasserstein: its critic must be kept smooth; add --penalty gradient, "
                "or --clip 0.01");
  require_usage(!has_penalty || norm != NormKind::kBatch, "--penalty ", config.penalty,
                ": wants the slope of each picture's own score, which batch normalisation mixes; "
                "use --norm instance or --norm none");
}

void Adversary::add_terms(Losses& losses, const Scorer& judge, const Tensor& real,
                          const Tensor& fake, double weight, const std::string& suffix) const {
  losses.add("fake" + suffix, weight * fake_loss(objective_, judge(fake.detach())));
  losses.add("real" + suffix, weight * real_loss(objective_, judge(real)));
  if (config_.penalty == "none" || config_.penalty_weight == 0) return;
  const auto penalty =
      config_.penalty == "r1" ? r1_penalty(judge, real) : gradient_penalty(judge, real, fake);
  losses.add("penalty" + suffix, config_.penalty_weight * penalty);
}

}  // namespace ganvas
