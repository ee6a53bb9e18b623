// The parts that methods share: history pools, adversaries, and turns that come later in a run.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/content.h"
#include "ganvas/methods/frequency_separation.h"
#include "ganvas/methods/history_pool.h"
#include "ganvas/store/features.h"
#include "ganvas/train/match.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

TEST(HistoryPool, FillsUpFirstAndThenGivesBackOldOnesHalfOfTheTime) {
  seed_torch(1);
  HistoryPool pool(50, {1, 1, 1});
  int64_t old = 0;
  for (int64_t n = 0; n < 1050; ++n) {
    const auto fake = at::full({1, 1, 1, 1}, static_cast<double>(n));
    pool.decide(1, at::kCPU);
    const bool is_same = pool.exchange(fake).equal(fake);
    EXPECT_TRUE(n >= 50 || is_same) << "query " << n;
    old += is_same ? 0 : 1;
  }
  EXPECT_NEAR(static_cast<double>(old), 500, 60);  // within four deviations
  HistoryPool none(0, {1, 1, 1});
  const auto fake = at::rand({2, 1, 1, 1});
  none.decide(2, at::kCPU);
  EXPECT_TRUE(none.exchange(fake).equal(fake));
}

TEST(Adversary, CombinationsThatMakeNoSenseAreRefusedByName) {
  const auto refusal = [](const AdversaryConfig& config, NormKind norm) {
    return error_of([&] { Adversary(config, norm); });
  };
  EXPECT_TRUE(contains(refusal({.objective = Adversarial::kWasserstein}, NormKind::kInstance),
                       "--objective wasserstein"));
  EXPECT_TRUE(contains(refusal({.penalty = Penalty::kGradient}, NormKind::kBatch),
                       "--penalty: wants the slope"));
  EXPECT_EQ(refusal({.objective = Adversarial::kWasserstein, .clip = 0.01}, NormKind::kBatch), "");
  EXPECT_EQ(refusal({.objective = Adversarial::kWasserstein, .penalty = Penalty::kGradient},
                    NormKind::kNone),
            "");
  EXPECT_TRUE(contains(error_of([] {
                         find_method("pix2pix").build(
                             {{"objective", "wasserstein"}, {"penalty", "gradient"}}, ImageSpec{});
                       }),
                       "batch normalisation"));
}

TEST(Adversary, APenaltyIsATermOfTheDiscriminatorAlone) {
  seed_torch(2);
  const auto method = find_method("cyclegan")
                          .build({{"width", "4"},
                                  {"discriminator-width", "4"},
                                  {"patch", "16"},
                                  {"objective", "wasserstein"},
                                  {"penalty", "gradient"}},
                                 ImageSpec{.size = 32});
  Match match(*method, exact_machine());
  std::set<std::string> names;
  const Batch batch{at::rand({2, 3, 32, 32}), at::rand({2, 3, 32, 32})};
  for (const auto& [name, value] : match.play(batch, 0)) names.insert(name);
  EXPECT_TRUE(names.count("discriminator.penalty_a") && names.count("discriminator.penalty_b"));
  EXPECT_FALSE(names.count("generator.penalty_a"));
}

TEST(Content, IsASumOverNetworks) {
  seed_torch(4);
  const auto weights = std::string(GANVAS_WEIGHTS);
  const auto squeezenet = weights + "/squeezenet-v1.0.safetensors";
  const auto mobilenet = weights + "/mobilenet-v1-025.safetensors";
  const auto made = at::rand({2, 3, 64, 64}) * 2 - 1, target = at::rand({2, 3, 64, 64}) * 2 - 1;
  const auto term = [&](const ContentConfig& config) {
    const Content content(config, 3);
    for (const auto& frozen : content.pretrained()) load_features(frozen);
    Losses losses;
    content.add_term(losses, made, target);
    EXPECT_EQ(losses.terms.size(), 1u);
    return losses.terms[0].second.item<double>();
  };
  const double of_one = term({.networks = "squeezenet",
                              .layers = "conv1,fire3",
                              .distance = "unit",
                              .weights = squeezenet,
                              .weight = 0.5});
  const double of_other =
      term({.networks = "mobilenet", .layers = "pw5", .distance = "unit", .weights = mobilenet});
  const double of_both = term({.networks = "squeezenet,mobilenet",
                               .layers = "conv1,fire3/pw5",
                               .distance = "unit",
                               .weights = squeezenet + "," + mobilenet,
                               .weight = 0.5});
  EXPECT_GT(of_one, 0);
  EXPECT_NEAR(of_both, of_one + 0.5 * of_other, 1e-5 * of_both);

  const auto refusal = [](const ContentConfig& config, int64_t channels) {
    return error_of([&] { Content(config, channels); });
  };
  EXPECT_TRUE(contains(refusal({.networks = "squeezenet,mobilenet", .weights = "one"}, 3),
                       "1 files for the 2 networks"));
  EXPECT_TRUE(
      contains(refusal({.networks = "squeezenet", .layers = "conv1/pw5", .weights = "one"}, 3),
               "--content-layer"));
  EXPECT_TRUE(contains(refusal({.networks = "squeezenet", .weights = "one"}, 1), "colour"));
  EXPECT_TRUE(
      contains(refusal({.networks = "pixels", .distance = "unit"}, 3), "--content-distance"));
}

TEST(FrequencySeparation, AImageIsTheSumOfItsParts) {
  const FrequencySeparation none{}, five{.separation = 5};
  const auto image = at::rand({1, 3, 12, 16});
  EXPECT_TRUE(none.coarse(image).equal(image) && none.fine(image).equal(image));
  EXPECT_TRUE(close(five.coarse(image) + five.fine(image), image, {1e-6, 1e-6}));
  const auto flat = at::full({1, 3, 12, 16}, 0.3);
  EXPECT_LT(five.fine(flat).abs().max().item<float>(), 1e-6) << "at the border too";
  auto stripes = at::zeros({1, 1, 20, 20});  // of a period of 5, which the blur takes whole
  for (int64_t x = 0; x < 20; x += 5) stripes.select(3, x).fill_(1);
  const auto inside = five.coarse(stripes).narrow(3, 2, 16).narrow(2, 2, 16);
  EXPECT_LT((inside - 0.2).abs().max().item<float>(), 1e-6);
  EXPECT_TRUE(contains(error_of([] { FrequencySeparation{.separation = 4}.require_odd(); }),
                       "--separation: got 4"));
}

TEST(Player, ClippingHoldsTheWeights) {
  seed_torch(3);
  const auto method = find_method("dualgan").build(
      {{"width", "4"}, {"discriminator-width", "4"}, {"clip", "0.01"}}, ImageSpec{.size = 32});
  Match match(*method, exact_machine());
  match.play({at::rand({2, 3, 32, 32}), at::rand({2, 3, 32, 32})}, 0);
  double largest = 0;
  for (const auto& [name, tensor] : parameters_of(*method)) {
    if (name.rfind("critic", 0) == 0) {
      largest = std::max(largest, tensor.abs().max().item<double>());
    }
  }
  EXPECT_NEAR(largest, 0.01, 1e-6);
}

TEST(Dong, TheEncoderPlaysOnceTheGanIsDoneAndFindsTheNoise) {
  seed_torch(4);
  const auto method = find_method("dong").build({{"width", "4"},
                                                 {"discriminator-width", "8"},
                                                 {"noise", "2"},
                                                 {"gan-steps", "10"},
                                                 {"encoder-lr", "0.003"}},
                                                ImageSpec{.size = 16});
  Match match(*method, exact_machine());
  const Batch batch{at::rand({8, 3, 16, 16}) * 2 - 1, at::rand({8, 3, 16, 16}) * 2 - 1};
  double first = 0, last = 0;
  for (int64_t step = 0; step < 200; ++step) {
    const auto terms = match.play(batch, step);
    const bool is_encoder = terms[0].first == "encoder.code";
    EXPECT_EQ(is_encoder, step >= 10) << "step " << step;
    if (step == 10) first = terms[0].second;
    last = terms[0].second;
  }
  EXPECT_LT(last, 0.6 * first);
}

}  // namespace
}  // namespace ganvas
