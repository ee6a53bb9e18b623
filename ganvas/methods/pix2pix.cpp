// pix2pix: a conditional discriminator judges pairs, an L1 term holds the generator to its target.
// Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017
// (arXiv:1611.07004). The perceptual option: Wang et al., "Perceptual Adversarial Networks for
// Image-to-Image Transformation", IEEE TIP 2018 (arXiv:1706.09138), Eqs. 2 to 4. Beside both: features of
// frozen networks, and what holds a grid down, as in methods/srgan.cpp.
// SPDX-License-Identifier: Apache-2.0

#include <ATen/ops/cat.h>

#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/content.h"
#include "ganvas/methods/discriminator.h"
#include "ganvas/methods/frequency_separation.h"
#include "ganvas/methods/generator.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/smoothness.h"
#include "ganvas/objectives/layers.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

class Pix2Pix final : public Method {
 public:
  static constexpr auto kName = "pix2pix";
  static constexpr auto kSummary = "paired translation with a conditional patch discriminator";
  static constexpr auto kPaper = "arXiv:1611.07004";
  static constexpr auto kTask = Task::kPairs;

  struct Config {
    GeneratorConfig generator;
    DiscriminatorConfig discriminator;
    AdversaryConfig adversary;
    AugmentConfig augment;
    FrequencySeparation separation;
    double l1_weight = 100;
    double adversarial_weight = 1;
    double perceptual_weight = 0;
    double perceptual_margin = 3;
    ContentConfig content;
    SmoothnessConfig smoothness;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      generator.visit(v);
      discriminator.visit(v);
      adversary.visit(v);
      augment.visit(v);
      separation.visit(v);
      v("l1-weight", l1_weight, "weight of the L1 term (lambda in Eq. 4)", Range{0, 1e6});
      v("adversarial-weight", adversarial_weight,
        "weight of the generator's adversarial term; 0 is plain regression", Range{0, 1e6});
      v("perceptual-weight", perceptual_weight,
        "PAN: weight of the L1 distance of the discriminator's hidden layers between the made and "
        "the true pair",
        Range{0, 1e6});
      v("perceptual-margin", perceptual_margin,
        "PAN: the discriminator holds that weighted distance up to this", Range{0, 1e6});
      content.visit(v);
      smoothness.visit(v);
      optimizer.visit(v);
    }
  };

  Pix2Pix(const Config& config, const ImageSpec& spec)
      : config_(config),
        adversary_(config.adversary, config.discriminator.norm(config.generator.norm)),
        generator_(config.generator, spec),
        content_(config.content, spec.channels_b) {
    config.smoothness.require_fits(spec);
    config.separation.require_odd();
    for (const auto& frozen : content_.pretrained()) add_pretrained(frozen);
    add_network("generator", generator_.network());
    require_usage(config.adversarial_weight > 0 || config.perceptual_weight == 0,
                  "--perceptual-weight: wants a discriminator; use --adversarial-weight above 0");
    require_usage(config.adversarial_weight > 0 || config.separation.separation == 0,
                  "--separation: got ", config.separation.separation,
                  " with --adversarial-weight 0, expected a discriminator, which judges the fine "
                  "detail; use a weight above 0");
    if (config.adversarial_weight == 0) return;  // nobody would listen to a discriminator
    require_usage(
        config.augment.augment == "none" || config.perceptual_weight == 0,
        "--augment and --perceptual-weight: what is compared must be seen alike; leave one out");
    const auto discriminate =
        config.discriminator.make(spec.channels_a + spec.channels_b, config.generator.norm);
    discriminator_ =
        add_network("discriminator",
                    config.augment.applied_to(discriminate, {spec.channels_a, spec.channels_b}));
  }

  Game game() override {
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.discriminator.optimizer(config_.optimizer),
        .clip = adversary_.clip()};
    const Player generator{.name = "generator",
                           .trains = {generator_.network()},
                           .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                           .optimizer = config_.optimizer};
    if (config_.adversarial_weight == 0) return {.players = {generator}, .repeats = true};
    return {.players = {discriminator, generator}, .repeats = true};
  }

  void forward(const Batch& batch) override { fake_ = generator_.forward(batch.a); }

  Tensor run_translation(const Tensor& a, Direction) override { return generator_.translate(a); }
  int64_t size_multiple() const override { return generator_.size_multiple(); }

 private:
  // Eq. 1, both expectations, halved as in section 3.3; PAN: and max(0, m - S) of its Eq. 3.
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    std::vector<std::vector<Tensor>> seen;  // layers of the fake pair, then of the real one
    const auto discriminate = [&](const Tensor& pair) {
      seen.push_back(discriminator_.stages(pair));
      return seen.back().back();
    };
    adversary_.add_terms_of_calls(losses, discriminate, shown(batch.a, batch.b),
                                  shown(batch.a, fake_),
                                  /*weight=*/0.5);
    if (config_.perceptual_weight > 0) {
      const auto distance = config_.perceptual_weight * feature_matching_distance(seen[0], seen[1]);
      losses.add("perceptual", (config_.perceptual_margin - distance).clamp_min(0));
    }
    return losses;
  }

  // Eq. 4: the adversarial term plus lambda times Eq. 3; PAN: and its S.
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    if (config_.adversarial_weight > 0) {
      const auto seen = discriminator_.stages(shown(batch.a, fake_));
      losses.add("adversarial", config_.adversarial_weight * adversary_.fooling(seen.back()));
      if (config_.perceptual_weight > 0) {
        const auto wanted = constant_stages(discriminator_, shown(batch.a, batch.b));
        losses.add("perceptual",
                   config_.perceptual_weight * feature_matching_distance(seen, wanted));
      }
    }
    const auto& separation = config_.separation;
    losses.add("l1", config_.l1_weight * mean_absolute_difference(separation.coarse(fake_),
                                                                  separation.coarse(batch.b)));
    content_.add_term(losses, fake_, batch.b);
    config_.smoothness.add_terms(losses, fake_, batch.b);
    return losses;
  }

  // [N, C_a, H, W], [N, C_b, H, W] -> what the discriminator judges, [N, C_a + C_b, H, W]
  Tensor shown(const Tensor& a, const Tensor& b) const {
    return at::cat({a, config_.separation.fine(b)}, /*dim=*/1);
  }

  Config config_;
  Adversary adversary_;
  Generator generator_;
  Content content_;
  Network discriminator_;
  Tensor fake_;  // generator(a) of this step, shared by both turns
};

}  // namespace

MethodEntry pix2pix() {
  return entry<Pix2Pix>();
}

}  // namespace ganvas
