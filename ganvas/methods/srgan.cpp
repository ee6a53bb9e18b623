// SRGAN: super-resolution that a discriminator takes for photographs, after a time of regression.
// Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial
// Network", CVPR 2017 (arXiv:1609.04802).
// SPDX-License-Identifier: Apache-2.0
//
// Discriminator, v = discriminator-width, N = batch norm, L = LeakyReLU 0.2, kernels 3, for crops
// of side S, a multiple of 16 (96 in the paper):
//
//   conv(bias) v L; conv stride 2 v N L; then conv and conv stride 2 with 2v, 4v and 8v channels,
//   each N L; fully connected to 16v L; fully connected to 1 logit
//
// Beside the paper: a U-Net or patches as discriminator, a pixel term (ESRGAN, Wang et al., ECCVW 2018,
// arXiv:1809.00219, Eq. 3), feature matching, features of several layers, and a window that moves about.

#include "ganvas/methods/adversary.h"
#include "ganvas/methods/content.h"
#include "ganvas/methods/discriminator.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/random_window.h"
#include "ganvas/methods/smoothness.h"
#include "ganvas/methods/upscaler.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/layers.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

Network make_discriminator(int64_t channels, int64_t v, int64_t side) {
  const auto layer = [](int64_t in, int64_t out, int64_t stride) {
    return conv({in, out, 3, stride, 1}).normed(NormKind::kBatch).leaky_relu(0.2);
  };
  return stack({conv({channels, v, 3, 1, 1}).leaky_relu(0.2), layer(v, v, 2), layer(v, 2 * v, 1),
                layer(2 * v, 2 * v, 2), layer(2 * v, 4 * v, 1), layer(4 * v, 4 * v, 2),
                layer(4 * v, 8 * v, 1), layer(8 * v, 8 * v, 2),
                conv({8 * v, 16 * v, side / 16}).leaky_relu(0.2), conv({16 * v, 1, 1})});
}

/// Whether a score stands alone, or beside the mean of the others.
enum class Opponents { kAlone, kRelativistic };

class SrGan final : public Method {
 public:
  static constexpr auto kName = "srgan";
  static constexpr auto kSummary = "super-resolution with a discriminator and a content loss";
  static constexpr auto kPaper = "arXiv:1609.04802";
  static constexpr auto kTask = Task::kUpscaling;

  struct Config {
    UpscalerConfig upscaler;
    DiscriminatorConfig discriminator{.kinds = {"srgan", "patch", "unet"}, .kind = "srgan"};
    int64_t pretrain_steps = 100000;
    ContentConfig content{.networks = "pixels"};
    double pixel_weight = 0;
    Opponents objective = Opponents::kAlone;
    double adversarial_weight = 1e-3;
    double feature_matching_weight = 0;
    SmoothnessConfig smoothness;
    int64_t window = 0;
    OptimizerConfig optimizer{.lr = 1e-4, .beta1 = 0.9};

    template <typename Visitor>
    void visit(Visitor& v) {
      upscaler.visit(v);
      discriminator.visit(v);
      v("pretrain-steps", pretrain_steps,
        "steps of regression (the mean squared difference) before the discriminator comes in; 1e6 "
        "in the paper",
        Range{0, 1e9});
      content.visit(v);
      v("pixel-weight", pixel_weight,
        "weight of the mean absolute difference beside content and adversary", Range{0, 1e6});
      v("objective", objective,
        "adversarial objective: that of the paper, or ESRGAN's relativistic average",
        Choices{"vanilla", "relativistic"});
      v("adversarial-weight", adversarial_weight, "weight of fooling the discriminator",
        Range{0, 1e6});
      v("feature-matching-weight", feature_matching_weight,
        "weight of the differences of the discriminator's hidden layers", Range{0, 1e6});
      smoothness.visit(v);
      v("window", window,
        "pixels by which what discriminator and features see moves about from step to step, so "
        "that "
        "their strides leave no grid; 8 covers theirs",
        Range{0, 64});
      optimizer.visit(v);
    }
  };

  SrGan(const Config& config, const ImageSpec& spec)
      : config_(config),
        upscaler_(config.upscaler, spec),
        adversary_({}, config.discriminator.norm(NormKind::kBatch)),
        is_relativistic_(config.objective == Opponents::kRelativistic),
        window_(config.window),
        content_(config.content, spec.channels_b) {
    add_network("generator", upscaler_.network());
    discriminator_ = add_network("discriminator", discriminator_of(spec));
    constexpr int64_t kLeastShown = 32;  // which the strides of features leave something of
    require_usage(config.window == 0 || spec.side() - config.window >= kLeastShown,
                  "--window: got ", config.window, " for images of --size ", spec.side(),
                  ", of which ", kLeastShown, " pixels must be left");
    config.smoothness.require_fits(spec);
    for (const auto& frozen : content_.pretrained()) add_pretrained(frozen);
  }

  Game game() override {
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.discriminator.optimizer(config_.optimizer),
        .plays = [steps = config_.pretrain_steps](int64_t step) { return step >= steps; }};
    const Player generator{.name = "generator",
                           .trains = {upscaler_.network()},
                           .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                           .optimizer = config_.optimizer};
    return {.players = {discriminator, generator}, .repeats = true};
  }

  void forward(const Batch& batch) override {
    made_ = upscaler_.forward(batch.a);
    window_.draw(made_);
    shown_ = window_(made_);
  }

  Abilities abilities() const override { return {.reach = upscaler_.reach()}; }

  Tensor run_translation(const Tensor& a, Direction) override { return upscaler_.translate(a); }

 private:
  Network discriminator_of(const ImageSpec& spec) const {
    const auto& config = config_.discriminator;
    if (config.kind != "srgan") return config.make(spec.channels_b, NormKind::kBatch);
    require_usage(spec.side() % 16 == 0, "--size: got ", spec.side(),
                  ", expected a multiple of 16 for srgan (96 in the paper)");
    config.refuse_what_is_of_patches();
    require_usage(
        config_.window == 0, "--window: got ", config_.window,
        ", but the discriminator srgan sees images of one size; take --discriminator unet or "
        "patch");
    return make_discriminator(spec.channels_b, config.width, spec.side());
  }

  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    const auto target = window_(batch.b), made = shown_.detach();
    if (is_relativistic_) {
      const auto of_target = discriminator_(target), of_made = discriminator_(made);
      losses.add("relativistic", relativistic_loss(of_target, of_made));
    } else {
      adversary_.add_terms(losses, discriminator_, target, made, /*weight=*/1);
    }
    return losses;
  }

  // Eq. 3; in pretraining the mean squared difference alone, Eq. 4.
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    if (batch.step < config_.pretrain_steps) {
      losses.add("pixels", mean_squared_difference(made_, batch.b));
      return losses;
    }
    const auto target = window_(batch.b);
    const bool is_in_window = config_.content.is_of_features();
    content_.add_term(losses, is_in_window ? shown_ : made_, is_in_window ? target : batch.b);
    if (config_.pixel_weight > 0) {
      losses.add("l1", config_.pixel_weight * mean_absolute_difference(made_, batch.b));
    }
    add_adversary(losses, target);
    config_.smoothness.add_terms(losses, made_, batch.b);
    return losses;
  }

  void add_adversary(Losses& losses, const Tensor& target) {
    const auto seen = discriminator_.stages(shown_);
    const auto fooling = is_relativistic_ ? relativistic_loss(seen.back(), discriminator_(target))
                                          : adversary_.fooling(seen.back());
    losses.add("adversarial", config_.adversarial_weight * fooling);
    if (config_.feature_matching_weight == 0) return;
    const auto distance = feature_matching_distance(seen, constant_stages(discriminator_, target));
    losses.add("feature_matching", config_.feature_matching_weight * distance);
  }

  Config config_;
  Upscaler upscaler_;
  Adversary adversary_;
  bool is_relativistic_;
  RandomWindow window_;
  Network discriminator_;
  Content content_;
  Tensor made_, shown_;  // of this step, whole and in the window
};

}  // namespace

MethodEntry srgan() {
  return entry<SrGan>();
}

}  // namespace ganvas
