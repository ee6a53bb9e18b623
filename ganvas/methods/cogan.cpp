// CoGAN: two generators that share their first layers and two discriminators that share their last
// make pairs of images without having seen any.
// Liu and Tuzel, "Coupled Generative Adversarial Networks", NeurIPS 2016 (arXiv:1606.07536).
// SPDX-License-Identifier: Apache-2.0
//
// The networks for digits, for S x S pixels (28 in the paper); B = batch norm without scale and
// shift, P = PReLU with one slope; w = width, v = discriminator width:
//
//   generator, shared       tconv4 16w B P, tconv3 stride 2 8w B P, 4w B P, 2w B P   [N, 2w, 25, 25]
//   generator, a and b      tconv(S - 22) sigmoid                                    [N, C, S, S]
//   discriminator, a and b  conv5 v, max-pool 2
//   discriminator, shared   conv5 2.5v, max-pool 2, conv over the whole map 25v P    [N, 25v, 1, 1]
//   scores                  conv1 to 2; with a classifier another conv1 to its classes

#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/classification.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

constexpr int64_t kTrunkSide = 25;  // of the maps that the shared layers make

class CoGan final : public Method {
 public:
  static constexpr auto kName = "cogan";
  static constexpr auto kSummary = "pairs of images from noise, learned without pairs; adaptation";
  static constexpr auto kPaper = "arXiv:1606.07536";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 64;
    int64_t discriminator_width = 20;
    int64_t noise = 100;
    double classifier_weight = 0;
    int64_t classes = 10;
    double feature_weight = 0.01;
    AugmentConfig augment;
    OptimizerConfig optimizer{.weight_decay = 5e-4};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the generators' layers: 16, 8, 4 and 2 times this",
        Range{1, 256});
      v("discriminator-width", discriminator_width, "channels of its first layer", Range{1, 256});
      v("noise", noise, "numbers in the noise vector", Range{1, 4096});
      v("classifier-weight", classifier_weight,
        "weight of classifying domain a by its labels, for adaptation to b; 10 in the paper, 0 has "
        "no classifier",
        Range{0, 1e3});
      v("class-count", classes, "classes of domain a, with a classifier", Range{2, 1000});
      v("feature-weight", feature_weight,
        "with a classifier: weight of the distance between the features of pairs", Range{0, 1e3});
      augment.visit(v);
      optimizer.visit(v);
    }
  };

  CoGan(const Config& config, const ImageSpec& spec)
      : config_(config), adversary_({}, NormKind::kBatchPlain) {
    require_usage(spec.side() >= 24 && spec.side() <= 40 && spec.side() % 4 == 0, "--size: got ",
                  spec.side(), ", expected 24, 28 (the paper's), 32, 36 or 40 for cogan");
    const int64_t w = config.width, v = config.discriminator_width;
    const auto up = [](int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding) {
      return transposed_conv({in, out, kernel, stride, padding})
          .normed(NormKind::kBatchPlain)
          .prelu();
    };
    generator_shared_ = add_network(
        "generator_shared", stack({up(config.noise, 16 * w, 4, 1, 0), up(16 * w, 8 * w, 3, 2, 1),
                                   up(8 * w, 4 * w, 3, 2, 1), up(4 * w, 2 * w, 3, 2, 1)},
                                  Init::kXavier));
    const int64_t map = ((spec.side() - 4) / 2 - 4) / 2;
    discriminator_shared_ = add_network(
        "discriminator_shared",
        stack({conv({v, v * 5 / 2, 5}).max_pooled(2), conv({v * 5 / 2, v * 25, map}).prelu()},
              Init::kXavier));
    score_ = add_network("discriminator_score", stack({conv({v * 25, 2, 1})}, Init::kXavier));
    if (config.classifier_weight > 0) {
      classify_ =
          add_network("classifier", stack({conv({v * 25, config.classes, 1})}, Init::kXavier));
    }
    a_ = make_ends("_a", spec.channels_a, spec.side());
    b_ = make_ends("_b", spec.channels_b, spec.side());
  }

  Game game() override {
    Player discriminator{
        .name = "discriminator",
        .trains = {a_.discriminate, b_.discriminate, discriminator_shared_, score_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.optimizer};
    if (has_classifier()) discriminator.trains.push_back(classify_);
    const Player generator{.name = "generator",
                           .trains = {generator_shared_, a_.make, b_.make},
                           .losses = {[this](const Batch&) { return generator_loss(); }},
                           .optimizer = config_.optimizer};
    return {.players = {discriminator, generator}, .repeats = true};
  }

  void forward(const Batch& batch) override {
    const auto z = draw_normal({batch.a.size(0), config_.noise, 1, 1}, batch.a.options());
    const auto shared = generator_shared_(z);
    fake_a_ = a_.make(shared).to(at::kFloat);
    fake_b_ = b_.make(shared).to(at::kFloat);
  }

  Abilities abilities() const override {
    return {.directions = {},
            .samples = true,
            .predicts = has_classifier() ? Predicts::kClass : Predicts::kNothing};
  }

  std::vector<Tensor> sample(int64_t count) override {
    const auto device = generator_shared_.parameters()[0].second.device();
    const auto z = at::randn({count, config_.noise, 1, 1}).to(device);
    const auto shared = infer(generator_shared_, z);
    return {from_unit_range(infer(a_.make, shared)), from_unit_range(infer(b_.make, shared))};
  }

  FeaturesAndLogits features_and_logits(const Tensor& images, Domain domain) override {
    if (!has_classifier()) return Method::features_and_logits(images, domain);
    const auto& ends = domain == Domain::kA ? a_ : b_;
    return features_and_logits_of(ends.discriminate, {discriminator_shared_, classify_},
                                  to_unit_range(images));
  }

 private:
  /// The layers that belong to one domain alone.
  struct Ends {
    Network make, discriminate;
  };

  Ends make_ends(const std::string& suffix, int64_t channels, int64_t size) {
    const int64_t w = config_.width, v = config_.discriminator_width;
    const int64_t kernel = size - kTrunkSide + 3;
    return {
        add_network(
            "generator" + suffix,
            stack({transposed_conv({2 * w, channels, kernel, 1, 1}).sigmoid()}, Init::kXavier)),
        add_network("discriminator" + suffix,
                    config_.augment.applied_to(
                        stack({conv({channels, v, 5}).max_pooled(2)}, Init::kXavier), {channels}))};
  }

  bool has_classifier() const { return config_.classifier_weight > 0; }

  /// What the shared layers see in images of a domain in [0, 1]: [N, 25v, 1, 1].
  Tensor features(const Ends& ends, const Tensor& images) const {
    return discriminator_shared_(ends.discriminate(images));
  }

  // The softmax over "real" and "fake" as one logit, [N, 1].
  Tensor score(const Tensor& feature) const {
    const auto both = score_(feature).to(at::kFloat).flatten(1);
    return both.narrow(1, 1, 1) - both.narrow(1, 0, 1);
  }

  // Eq. 4, as means over the two domains together; section 4 for the classifier's terms.
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    const auto real_a = features(a_, to_unit_range(batch.a));
    const auto real_b = features(b_, to_unit_range(batch.b));
    const auto fake_a = features(a_, fake_a_.detach()), fake_b = features(b_, fake_b_.detach());
    losses.add("real", real_loss(Adversarial::kVanilla, score(at::cat({real_a, real_b}))));
    losses.add("fake", fake_loss(Adversarial::kVanilla, score(at::cat({fake_a, fake_b}))));
    if (!has_classifier()) return losses;
    losses.add("classifier",
               config_.classifier_weight * cross_entropy(classify_(real_a), batch.label_a));
    // The code's norm is a mean over images of sums over features.
    losses.add("features", config_.feature_weight * static_cast<double>(fake_a.size(1)) *
                               mean_squared_difference(fake_a, fake_b));
    return losses;
  }

  Losses generator_loss() {
    Losses losses;
    const auto both = at::cat({features(a_, fake_a_), features(b_, fake_b_)});
    losses.add("adversarial", adversary_.fooling(score(both)));
    return losses;
  }

  Config config_;
  Adversary adversary_;
  Network generator_shared_, discriminator_shared_, score_, classify_;
  Ends a_, b_;
  Tensor fake_a_, fake_b_;  // of this step, in [0, 1]
};

}  // namespace

MethodEntry cogan() {
  return entry<CoGan>();
}

}  // namespace ganvas
