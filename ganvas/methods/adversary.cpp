// The knobs of a discriminator's part in a game, and its losses.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/adversary.h"

#include <ATen/ops/cat.h>

namespace ganvas {

Adversary::Adversary(const AdversaryConfig& config, NormKind norm)
    : config_(config), mixes_batch_(norm == NormKind::kBatch || norm == NormKind::kBatchPlain) {
  const bool has_penalty = config.has_penalty();
  require_usage(config.objective != Adversarial::kWasserstein || has_penalty || config.clip > 0,
                "--objective wasserstein: its critic must be kept smooth; add --penalty gradient, "
                "or --clip 0.01");
  require_usage(
      !has_penalty || !mixes_batch_,
      "--penalty: wants the slope of each image's own score, which batch normalisation mixes; "
      "use --norm instance or --norm none");
}

void Adversary::add_terms(Losses& losses, const Scorer& judge, const Tensor& real,
                          const Tensor& fake, double weight, const std::string& suffix) const {
  const auto fake_score = judge(fake.detach());
  add_scores(losses, fake_score, judge(real), weight, suffix);
  add_penalty(losses, judge, real, fake, suffix);
}

void Adversary::add_terms(Losses& losses, const Network& judge, const Tensor& real,
                          const Tensor& fake, double weight, const std::string& suffix) const {
  if (mixes_batch_) return add_terms(losses, Scorer(judge), real, fake, weight, suffix);
  const int64_t fakes = fake.size(0), reals = real.size(0);
  const auto scores = judge(at::cat({fake.detach(), real}));
  add_scores(losses, scores.narrow(0, 0, fakes), scores.narrow(0, fakes, reals), weight, suffix);
  add_penalty(losses, judge, real, fake, suffix);
}

void Adversary::add_scores(Losses& losses, const Tensor& fake_score, const Tensor& real_score,
                           double weight, const std::string& suffix) const {
  losses.add("fake" + suffix, weight * fake_loss(config_.objective, fake_score));
  losses.add("real" + suffix, weight * real_loss(config_.objective, real_score));
}

void Adversary::add_penalty(Losses& losses, const Scorer& judge, const Tensor& real,
                            const Tensor& fake, const std::string& suffix) const {
  if (!config_.has_penalty()) return;
  const auto penalty = config_.penalty == Penalty::kR1 ? r1_penalty(judge, real)
                                                       : gradient_penalty(judge, real, fake);
  losses.add("penalty" + suffix, config_.penalty_weight * penalty);
}

}  // namespace ganvas
