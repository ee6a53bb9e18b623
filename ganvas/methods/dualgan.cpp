// DualGAN: two generators that undo each other, judged by Wasserstein critics.
// Yi et al., "DualGAN: Unsupervised Dual Learning for Image-to-Image Translation", ICCV 2017
// (arXiv:1704.02510).
// SPDX-License-Identifier: Apache-2.0
//
// w = width, L = leaky ReLU 0.2, I = instance norm, N = that with scale and shift, SAME padding,
// biases:
//
//   generator   the U-Net of nn/unet.cpp with N, kernels 5 at its two ends and 3 between
//   critic      conv5 w L, conv3 2w I L, 4w I L, 8w I L, 8w I L, all of stride 2, then one number
//               from the whole map, or (--critic_scores patches) conv3 stride 2 to scores of patches

#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

// Differs from the reference: no scale and shift in its norms, since clipping would hold the scales
// under 0.01 and silence it; fewer layers than 5 where the last map would be 1 x 1 (--size 32).
Network make_critic(int64_t channels, int64_t w, int64_t size, bool judges_patches) {
  const int64_t count = std::min<int64_t>(5, halvings(size) - 1);
  std::vector<Layer> layers = {conv({channels, w, 5, 2, kSame}).leaky_relu(0.2)};
  int64_t before = w;
  for (int64_t i = 1; i < count; ++i) {
    const int64_t after = w * std::min<int64_t>(8, int64_t{1} << i);
    layers.push_back(
        conv({before, after, 3, 2, kSame}).normed(NormKind::kInstance).leaky_relu(0.2));
    before = after;
  }
  layers.push_back(judges_patches ? conv({before, 1, 3, 2, kSame})
                                  : conv({before, 1, size >> count}));
  return stack(layers);
}

/// What a critic scores.
enum class Judges { kImage, kPatches };

class DualGan final : public Method {
 public:
  static constexpr auto kName = "dualgan";
  static constexpr auto kSummary = "unpaired translation, both ways, with Wasserstein critics";
  static constexpr auto kPaper = "arXiv:1704.02510";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 64;
    int64_t discriminator_width = 64;
    Judges critic_scores = Judges::kImage;
    Dropout dropout = Dropout::kNone;
    AdversaryConfig adversary{.objective = Adversarial::kWasserstein, .clip = 0.01};
    AugmentConfig augment;
    int64_t critic_steps = 3;
    double cycle_weight = 500;
    OptimizerConfig optimizer{.lr = 5e-5, .beta2 = 0.9, .optimizer = OptimizerKind::kRmsprop};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the generators' first layer", Range{1, 512});
      v("discriminator-width", discriminator_width, "channels of the critics' first layer",
        Range{1, 512});
      v("critic-scores", critic_scores, "what a critic scores: the whole image, or patches of it",
        Choices{"image", "patches"});
      v("dropout", dropout,
        "the generators' noise, in training and translation: as in the paper, or none as in its "
        "code",
        Choices{"none", "paper"});
      adversary.visit(v);
      augment.visit(v);
      v("critic-steps", critic_steps, "moves of the critics for one of the generators",
        Range{1, 100});
      v("cycle-weight", cycle_weight, "weight of the recovery terms (lambda in Eq. 3)",
        Range{0, 1e6});
      optimizer.visit(v);
    }
  };

  DualGan(const Config& config, const ImageSpec& spec)
      : config_(config),
        adversary_(config.adversary, NormKind::kInstance),
        size_multiple_(int64_t{1} << std::min<int64_t>(8, halvings(spec.side()))) {
    require_usage(spec.side() >= 32 && size_multiple_ >= 16, "--size: got ", spec.side(),
                  ", expected a multiple of 16 from 32 for dualgan");
    const int64_t a = spec.channels_a, b = spec.channels_b;
    to_b_ = add_network("generator_ab", make_generator(a, b));
    to_a_ = add_network("generator_ba", make_generator(b, a));
    const bool patches = config.critic_scores == Judges::kPatches;
    const int64_t w = config.discriminator_width;
    discriminator_a_ = add_network(
        "critic_a", config.augment.applied_to(make_critic(a, w, spec.side(), patches), {a}));
    discriminator_b_ = add_network(
        "critic_b", config.augment.applied_to(make_critic(b, w, spec.side(), patches), {b}));
  }

  Game game() override {
    return {.players = {{.name = "critic",
                         .trains = {discriminator_a_, discriminator_b_},
                         .losses = {[this](const Batch& batch) { return critic_loss(batch); }},
                         .optimizer = config_.optimizer,
                         .clip = adversary_.clip()},
                        {.name = "generator",
                         .trains = {to_b_, to_a_},
                         .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                         .optimizer = config_.optimizer,
                         .plays = [every = config_.critic_steps](
                                      int64_t step) { return step % every == every - 1; }}},
            .repeats = true};
  }

  void forward(const Batch& batch) override {
    fake_b_ = to_b_(batch.a).to(at::kFloat);
    fake_a_ = to_a_(batch.b).to(at::kFloat);
  }

  Abilities abilities() const override { return {{Direction::kAtoB, Direction::kBtoA}}; }

  Tensor run_translation(const Tensor& images, Direction direction) override {
    return infer(direction == Direction::kAtoB ? to_b_ : to_a_, images, Mode::kBatchStatistics);
  }
  int64_t size_multiple() const override { return size_multiple_; }

 private:
  // Differs from the reference: no norm on the innermost map of 1 x 1, which it would make constant.
  Network make_generator(int64_t in, int64_t out) const {
    return unet({in, out, config_.width, NormKind::kInstanceAffine}, halvings(size_multiple_),
                config_.dropout, UNetKernels::kFiveAndThree);
  }

  // Eqs. 1 and 2.
  Losses critic_loss(const Batch& batch) {
    Losses losses;
    adversary_.add_terms(losses, discriminator_a_, batch.a, fake_a_, /*weight=*/1, "_a");
    adversary_.add_terms(losses, discriminator_b_, batch.b, fake_b_, /*weight=*/1, "_b");
    return losses;
  }

  // Eq. 3.
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    losses.add("adversarial_a", adversary_.fooling(discriminator_a_(fake_a_)));
    losses.add("adversarial_b", adversary_.fooling(discriminator_b_(fake_b_)));
    const double weight = config_.cycle_weight;
    losses.add("cycle_a", weight * mean_absolute_difference(to_a_(fake_b_), batch.a));
    losses.add("cycle_b", weight * mean_absolute_difference(to_b_(fake_a_), batch.b));
    return losses;
  }

  Config config_;
  Adversary adversary_;
  int64_t size_multiple_;
  Network to_b_, to_a_, discriminator_a_, discriminator_b_;
  Tensor fake_a_, fake_b_;  // of this step
};

}  // namespace

MethodEntry dualgan() {
  return entry<DualGan>();
}

}  // namespace ganvas
