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

void Adversary::add_terms_of_calls(Losses& losses, const Scorer& discriminator, const Tensor& real,
                                   const Tensor& fake, double weight,
                                   const std::string& suffix) const {
  const auto fake_score = discriminator(fake.detach());
  add_scores(losses, fake_score, discriminator(real), weight, suffix);
  add_penalty(losses, discriminator, real, fake, suffix);
}

void Adversary::add_terms(Losses& losses, const Network& discriminator, const Tensor& real,
                          const Tensor& fake, double weight, const std::string& suffix) const {
  if (mixes_batch_)
    return add_terms_of_calls(losses, Scorer(discriminator), real, fake, weight, suffix);
  const int64_t fakes = fake.size(0), reals = real.size(0);
  const auto scores = discriminator(at::cat({fake.detach(), real}));
  add_scores(losses, scores.narrow(0, 0, fakes), scores.narrow(0, fakes, reals), weight, suffix);
  add_penalty(losses, discriminator, real, fake, suffix);
}

void Adversary::add_scores(Losses& losses, const Tensor& fake_score, const Tensor& real_score,
                           double weight, const std::string& suffix) const {
  losses.add("fake" + suffix, weight * fake_loss(config_.objective, fake_score));
  losses.add("real" + suffix, weight * real_loss(config_.objective, real_score));
}

void Adversary::add_penalty(Losses& losses, const Scorer& discriminator, const Tensor& real,
                            const Tensor& fake, const std::string& suffix) const {
  if (!config_.has_penalty()) return;
  const auto penalty = config_.penalty == Penalty::kR1
                           ? r1_penalty(discriminator, real)
                           : gradient_penalty(discriminator, real, fake);
  losses.add("penalty" + suffix, config_.penalty_weight * penalty);
}

}  // namespace ganvas
