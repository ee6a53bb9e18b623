// DiscoGAN: two generators that undo each other; discriminators by their features as well.
// Kim et al., "Learning to Discover Cross-Domain Relations with Generative Adversarial Networks",
// ICML 2017 (arXiv:1703.05192).
// SPDX-License-Identifier: Apache-2.0
//
// w = width, L = leaky ReLU 0.2, N = batch norm; convolutions 4 x 4, stride 2, padding 1, no biases:
//
//   generator       conv w L, conv 2w N L, conv 4w N L, conv 8w N L,          [N, 8w, H/16, W/16]
//                   tconv 4w N ReLU, tconv 2w N ReLU, tconv w N ReLU, tconv C' sigmoid
//   discriminator   conv w L, conv 2w N L, conv 4w N L, conv 8w N L, conv4 stride 1 padding 0

#include "ganvas/core/whole_batch.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

constexpr int64_t kHalvings = 16;  // the factor of four of them

Layer down(int64_t in, int64_t out) {
  return conv({in, out, 4, 2, 1}).without_bias();
}

Layer up(int64_t in, int64_t out) {
  return transposed_conv({in, out, 4, 2, 1}).without_bias();
}

std::vector<Layer> trunk(int64_t channels, int64_t w) {
  const auto deep = [](int64_t in, int64_t out) {
    return down(in, out).normed(NormKind::kBatch).leaky_relu(0.2);
  };
  return {down(channels, w).leaky_relu(0.2), deep(w, 2 * w), deep(2 * w, 4 * w),
          deep(4 * w, 8 * w)};
}

Network make_generator(int64_t channels_in, int64_t channels_out, int64_t w) {
  auto layers = trunk(channels_in, w);
  for (const int64_t in : {8 * w, 4 * w, 2 * w}) {
    layers.push_back(up(in, in / 2).normed(NormKind::kBatch).relu());
  }
  layers.push_back(up(w, channels_out).sigmoid());
  return stack(layers);
}

// Differs from the reference: a smaller last kernel where the map is under 4 x 4 (--size 32, 48).
Network make_discriminator(int64_t channels, int64_t w, int64_t size) {
  auto layers = trunk(channels, w);
  layers.push_back(conv({8 * w, 1, std::min<int64_t>(4, size / kHalvings)}).without_bias());
  return stack(layers);
}

class DiscoGan final : public Method {
 public:
  static constexpr auto kName = "discogan";
  static constexpr auto kSummary = "unpaired translation, both ways, with feature matching";
  static constexpr auto kPaper = "arXiv:1703.05192";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 64;
    int64_t early_steps = 10000;
    double early_reconstruction = 0.01;
    double reconstruction = 0.5;
    double feature_share = 0.9;
    AugmentConfig augment;
    OptimizerConfig optimizer{.weight_decay = 1e-5};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of each network's first layer", Range{1, 512});
      v("early-steps", early_steps, "steps with the early share of reconstruction", Range{0, 1e9});
      v("early-reconstruction", early_reconstruction,
        "share of the reconstruction terms in the generators' loss at first", Range{0, 1});
      v("reconstruction", reconstruction, "their share afterwards", Range{0, 1});
      v("feature-share", feature_share,
        "share of feature matching in what is left; the adversarial terms have the rest",
        Range{0, 1});
      augment.visit(v);
      optimizer.visit(v);
    }
  };

  DiscoGan(const Config& config, const ImageSpec& spec)
      : config_(config), adversary_({}, NormKind::kBatch) {
    require_usage(spec.side() >= 2 * kHalvings && spec.side() % kHalvings == 0, "--size: got ",
                  spec.side(), ", expected a multiple of 16 from 32 for discogan");
    const int64_t a = spec.channels_a, b = spec.channels_b, w = config.width;
    to_b_ = add_network("generator_ab", make_generator(a, b, w));
    to_a_ = add_network("generator_ba", make_generator(b, a, w));
    discriminator_a_ = add_network(
        "discriminator_a", config.augment.applied_to(make_discriminator(a, w, spec.side()), {a}));
    discriminator_b_ = add_network(
        "discriminator_b", config.augment.applied_to(make_discriminator(b, w, spec.side()), {b}));
  }

  // The discriminators have one step in three, the generators the other two, as in the code.
  Game game() override {
    return {
        .players = {{.name = "discriminator",
                     .trains = {discriminator_a_, discriminator_b_},
                     .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
                     .optimizer = config_.optimizer,
                     .plays = [](int64_t step) { return step % 3 == 0; }},
                    {.name = "generator",
                     .trains = {to_b_, to_a_},
                     .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                     .optimizer = config_.optimizer,
                     .plays = [](int64_t step) { return step % 3 != 0; }}}};
  }

  void forward(const Batch& batch) override {
    real_a_ = to_unit_range(batch.a);
    real_b_ = to_unit_range(batch.b);
    fake_b_ = to_b_(real_a_).to(at::kFloat);
    fake_a_ = to_a_(real_b_).to(at::kFloat);
  }

  Abilities abilities() const override { return {{Direction::kAtoB, Direction::kBtoA}}; }

  Tensor run_translation(const Tensor& images, Direction direction) override {
    const auto& generator = direction == Direction::kAtoB ? to_b_ : to_a_;
    return from_unit_range(infer(generator, to_unit_range(images)));
  }
  int64_t size_multiple() const override { return kHalvings; }

 private:
  Losses discriminator_loss(const Batch&) {
    Losses losses;
    adversary_.add_terms(losses, discriminator_a_, real_a_, fake_a_, /*weight=*/0.5, "_a");
    adversary_.add_terms(losses, discriminator_b_, real_b_, fake_b_, /*weight=*/0.5, "_b");
    return losses;
  }

  // Eq. 8, with the feature terms and the shares of the code.
  Losses generator_loss(const Batch& batch) {
    const double reconstruction =
        batch.step < config_.early_steps ? config_.early_reconstruction : config_.reconstruction;
    Losses losses;
    add_fooling_terms(losses, discriminator_a_, real_a_, fake_a_, 1 - reconstruction, "_a");
    add_fooling_terms(losses, discriminator_b_, real_b_, fake_b_, 1 - reconstruction, "_b");
    losses.add("reconstruction_a",
               reconstruction * mean_squared_difference(to_a_(fake_b_), real_a_));
    losses.add("reconstruction_b",
               reconstruction * mean_squared_difference(to_b_(fake_a_), real_b_));
    return losses;
  }

  // Feature matching: Salimans et al., NeurIPS 2016 (arXiv:1606.03498), section 3.1, summed over
  // the hidden layers that have a norm.
  void add_fooling_terms(Losses& losses, const Network& discriminate, const Tensor& real,
                         const Tensor& fake, double weight, const std::string& suffix) const {
    const auto seen = discriminate.stages(fake), expected = discriminate.stages(real);
    const double features = weight * config_.feature_share;
    losses.add("adversarial" + suffix, (weight - features) * adversary_.fooling(seen.back()));
    Tensor distance;
    for (size_t i = 1; i + 1 < seen.size(); ++i) {
      const auto term = mean_squared_difference(mean_of_batch(seen[i].mean(0)),
                                                mean_of_batch(expected[i].mean(0).detach()));
      distance = distance.defined() ? distance + term : term;
    }
    losses.add("features" + suffix, features * distance);
  }

  Config config_;
  Adversary adversary_;
  Network to_b_, to_a_, discriminator_a_, discriminator_b_;
  Tensor real_a_, real_b_, fake_a_, fake_b_;  // of this step, in [0, 1]
};

}  // namespace

MethodEntry discogan() {
  return entry<DiscoGan>();
}

}  // namespace ganvas
