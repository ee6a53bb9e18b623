// C-GAN and encoder: first a GAN learns to draw both domains from noise and a class, then an encoder
// learns to find the noise; an image is translated by drawing its code with the other class.
// Dong et al., "Unsupervised Image-to-Image Translation with Generative Adversarial Networks", 2017
// (arXiv:1701.02676).
// SPDX-License-Identifier: Apache-2.0
//
// Domain a is class 0, domain b class 1. Pyramids of kernel 5 as in methods/pyramid.h:
//
//   embedding       conv1 of the one-hot class, 2 -> 5, no bias
//   generator       a rising pyramid from noise and embedding                   [N, C, S, S]
//   trunk           a falling pyramid                                           [N, w 2^(k-1), 4, 4]
//   discriminator   a trunk, without norm under a penalty, and from its whole map 1 logit, and 2
//                   class logits
//   encoder         a trunk, and from its whole map the noise

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/classes.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/pyramid.h"
#include "ganvas/methods/upsampling.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/classification.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

constexpr int64_t kEmbedding = 5;

class Dong final : public Method {
 public:
  static constexpr auto kName = "dong";
  static constexpr auto kSummary = "unpaired translation by a class-conditional GAN and an encoder";
  static constexpr auto kPaper = "arXiv:1701.02676";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 64;
    int64_t discriminator_width = 64;
    int64_t noise = 100;
    int64_t gan_steps = 10000;
    double encoder_lr = 1e-4;
    UpsamplingConfig upsampling;
    AdversaryConfig adversary;
    AugmentConfig augment;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the generator's last hidden layer", Range{1, 256});
      v("discriminator-width", discriminator_width,
        "channels of the first layer of discriminator and encoder", Range{1, 256});
      v("noise", noise, "numbers in the code of an image", Range{1, 4096});
      v("gan-steps", gan_steps, "steps of the GAN; the rest of the run trains the encoder",
        Range{1, 1e9});
      v("encoder-lr", encoder_lr, "learning rate of the encoder", Range{0, 1});
      upsampling.visit(v);
      adversary.visit(v);
      augment.visit(v);
      optimizer.visit(v);
    }
  };

  Dong(const Config& config, const ImageSpec& spec)
      : config_(config),
        spec_(spec),
        norm_(batch_norm_unless_penalised(config.adversary)),
        adversary_(config.adversary, norm_) {
    require_usage(spec.channels_a == spec.channels_b, "dong: got domains of ", spec.channels_a,
                  " and ", spec.channels_b, " channels, expected equal numbers");
    auto shape = pyramid(spec.side(), kName);
    shape.channels = spec.channels_a;
    shape.width = config.width;
    shape.upsampling = config.upsampling.upsampling;
    embed_ = add_network("embedding", stack({conv({2, kEmbedding, 1}).without_bias()}));
    generate_ = add_network("generator", rising_pyramid(shape, config.noise + kEmbedding));
    shape.width = config.discriminator_width;
    const int64_t deepest = deepest_channels(shape), side = shape.first_side;
    discriminator_ =
        add_network("discriminator",
                    config.augment.applied_to(falling_pyramid(shape, norm_), {spec.channels_a}));
    score_ = add_network("discriminator_score", stack({conv({deepest, 1, side})}));
    name_class_ = add_network("discriminator_class", stack({conv({deepest, 2, side})}));
    encode_ = add_network("encoder", falling_pyramid(shape, NormKind::kBatch));
    code_ = add_network("encoder_code", stack({conv({deepest, config.noise, side})}));
  }

  // Two moves of the generator for one of the discriminator, then the encoder alone.
  Game game() override {
    const auto is_gan = [steps = config_.gan_steps](int64_t step) { return step < steps; };
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_, score_, name_class_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.optimizer,
        .clip = adversary_.clip(),
        .plays = is_gan};
    const Player generator{.name = "generator",
                           .trains = {embed_, generate_},
                           .losses = {[this](const Batch&) { return generator_loss(); }},
                           .optimizer = config_.optimizer,
                           .plays = is_gan};
    auto slower = config_.optimizer;
    slower.lr = config_.encoder_lr;
    const Player encoder{.name = "encoder",
                         .trains = {encode_, code_},
                         .losses = {[this](const Batch& batch) { return encoder_loss(batch); }},
                         .optimizer = slower,
                         .plays = [is_gan](int64_t step) { return !is_gan(step); }};
    return {.players = {discriminator, generator, generator, encoder}, .repeats = true};
  }

  void forward(const Batch& batch) override {
    const int64_t count = batch.a.size(0);
    noise_ = draw_normal({2 * count, config_.noise, 1, 1}, batch.a.options());
    const auto labels = batch.a.options().dtype(at::kLong);
    classes_ = at::cat({at::full({count}, 0, labels), at::full({count}, 1, labels)});
  }

  Abilities abilities() const override {
    return {.directions = {Direction::kAtoB, Direction::kBtoA},
            .samples = true,
            .fixed_size = spec_.side()};
  }

  Tensor run_translation(const Tensor& images, Direction direction) override {
    const auto code = infer(code_, infer(encode_, images));
    return draw(code, direction == Direction::kAtoB ? 1 : 0);
  }
  int64_t size_multiple() const override { return spec_.side(); }

  std::vector<Tensor> sample(int64_t count) override {
    const auto device = embed_.parameters()[0].second.device();
    const auto noise = at::randn({count, config_.noise, 1, 1}).to(device);
    return {draw(noise, 0), draw(noise, 1)};
  }

 private:
  /// The generator's input for noise [N, Z, 1, 1] and classes [N]: [N, Z + 5, 1, 1].
  Tensor with_classes(const Tensor& noise, const Tensor& classes) const {
    const auto one_hot = one_hot_classes(classes, 2).unsqueeze(2).unsqueeze(3);
    return at::cat({noise, embed_(one_hot).to(at::kFloat)}, /*dim=*/1);
  }

  /// Images of one class, with running statistics.
  Tensor draw(const Tensor& noise, int64_t label) const {
    const c10::NoGradGuard no_gradients;
    const auto classes = at::full({noise.size(0)}, label, at::kLong).to(noise.device());
    return infer(generate_, with_classes(noise, classes));
  }

  // Step 1, with the class term on real images only, as in the code.
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    std::vector<Tensor> seen;  // of made images, then of real ones
    const auto discriminate = [&](const Tensor& images) {
      seen.push_back(discriminator_(images));
      return score_(seen.back()).to(at::kFloat);
    };
    const auto real = at::cat({batch.a, batch.b});
    const auto fake = generate_(with_classes(noise_, classes_)).detach();
    adversary_.add_terms_of_calls(losses, discriminate, real, fake, /*weight=*/1);
    losses.add("class", cross_entropy(name_class_(seen[1]), classes_));
    return losses;
  }

  Losses generator_loss() {
    Losses losses;
    const auto seen = discriminator_(generate_(with_classes(noise_, classes_)));
    losses.add("adversarial", adversary_.fooling(score_(seen)));
    losses.add("class", cross_entropy(name_class_(seen), classes_));
    return losses;
  }

  // Step 2: classes at random, so that they cannot leak into the code.
  Losses encoder_loss(const Batch&) {
    const auto uniform = draw_uniform({noise_.size(0)}, noise_.options());
    const auto classes = (uniform * 2).floor().to(at::kLong);
    Tensor images;
    {
      const c10::NoGradGuard no_gradients;
      images = infer(generate_, with_classes(noise_, classes));
    }
    Losses losses;
    losses.add("code", mean_squared_difference(code_(encode_(images)), noise_));
    return losses;
  }

  Config config_;
  ImageSpec spec_;
  NormKind norm_;
  Adversary adversary_;
  Network embed_, generate_, discriminator_, score_, name_class_, encode_, code_;
  Tensor noise_, classes_;  // of this step
};

}  // namespace

MethodEntry dong() {
  return entry<Dong>();
}

}  // namespace ganvas
