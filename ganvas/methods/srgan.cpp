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

#include "ganvas/methods/adversary.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/upscaler.h"
#include "ganvas/nn/features.h"
#include "ganvas/nn/stack.h"
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

class SrGan final : public Method {
 public:
  static constexpr auto kName = "srgan";
  static constexpr auto kSummary = "super-resolution with a discriminator and a content loss";
  static constexpr auto kPaper = "arXiv:1609.04802";
  static constexpr auto kNeeds = Needs::kReductions;

  struct Config {
    UpscalerConfig upscaler;
    int64_t discriminator_width = 64;
    int64_t pretrain_steps = 100000;
    std::string content = "pixels";
    std::string content_layer = "auto";
    std::string content_weights = "none";
    double content_weight = 1;
    std::string objective = "vanilla";
    double adversarial_weight = 1e-3;
    double variation_weight = 0;
    OptimizerConfig optimizer{.lr = 1e-4, .beta1 = 0.9};

    template <typename Visitor>
    void visit(Visitor& v) {
      upscaler.visit(v);
      v("discriminator-width", discriminator_width, "channels of its first layer", Range{1, 512});
      v("pretrain-steps", pretrain_steps,
        "steps of regression (the mean squared difference) before the discriminator comes in; 1e6 "
        "in the paper",
        Range{0, 1e9});
      v("content", content,
        "what likeness is measured on: pixels, or features of vgg19 (the paper) or mobilenet",
        Choices{"pixels", "vgg19", "mobilenet"});
      v("content-layer", content_layer,
        "layer of the features; auto is relu5_4 of vgg19 (the paper's VGG54), pw5 of mobilenet");
      v("content-weights", content_weights,
        "file of the feature network: torchvision's vgg19 (.pth, or safetensors with its names), "
        "mobilenet as "
        "a folder with model.json");
      v("content-weight", content_weight,
        "weight of the content loss; 0.006 for vgg19 in the paper", Range{0, 1e6});
      v("objective", objective,
        "adversarial objective: that of the paper, or ESRGAN's relativistic average",
        Choices{"vanilla", "relativistic"});
      v("adversarial-weight", adversarial_weight, "weight of fooling the discriminator",
        Range{0, 1e6});
      v("variation-weight", variation_weight, "weight of the total variation of the result",
        Range{0, 1e6});
      optimizer.visit(v);
    }
  };

  SrGan(const Config& config, const Task& task)
      : config_(config),
        upscaler_(config.upscaler, task),
        adversary_({}, NormKind::kBatch),
        is_relativistic_(config.objective == "relativistic") {
    require_usage(task.size % 16 == 0, "--size: got ", task.size,
                  ", expected a multiple of 16 for srgan (96 in the paper)");
    add_network("generator", upscaler_.network());
    judge_ =
        add_network("discriminator",
                    make_discriminator(task.channels_b, config.discriminator_width, task.size));
    if (config.content == "pixels") return;
    require_usage(task.channels_b == 3, "--content ", config.content, ": got ", task.channels_b,
                  " channel, expected colour pictures");
    require_usage(config.content_weights != "none", "--content ", config.content,
                  ": --content-weights is missing, expected the file of its weights");
    const std::string own = config.content == "vgg19" ? "relu5_4" : "pw5";
    const auto layer = config.content_layer == "auto" ? own : config.content_layer;
    features_ = feature_network(config.content, layer);
    add_frozen({config.content, layer, config.content_weights, features_});
  }

  Game game() override {
    const Player discriminator{
        .name = "discriminator",
        .moves = {judge_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.optimizer,
        .plays = [steps = config_.pretrain_steps](int64_t step) { return step >= steps; }};
    const Player generator{.name = "generator",
                           .moves = {upscaler_.network()},
                           .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                           .optimizer = config_.optimizer};
    return {.players = {discriminator, generator}, .repeats = true};
  }

  void forward(const Batch& batch) override { made_ = upscaler_.forward(batch.a); }

  Abilities abilities() const override { return {.reach = upscaler_.reach()}; }

  Tensor translate(const Tensor& a, Direction) override { return upscaler_.translate(a); }

 private:
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    if (is_relativistic_) {
      losses.add("relativistic", relativistic_loss(judge_(batch.b), judge_(made_.detach())));
    } else {
      adversary_.add_terms(losses, judge_, batch.b, made_.detach(), /*weight=*/1);
    }
    return losses;
  }

  // Eq. 3; in pretraining the mean squared difference alone, Eq. 4.
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    const bool is_pretraining = batch.step < config_.pretrain_steps;
    if (is_pretraining || config_.content == "pixels") {
      const double weight = is_pretraining ? 1 : config_.content_weight;
      losses.add("pixels", weight * mean_squared_difference(made_, batch.b));
    } else {
      losses.add("content", config_.content_weight * content(batch.b));
    }
    if (is_pretraining) return losses;
    const auto fooling = is_relativistic_ ? relativistic_loss(judge_(made_), judge_(batch.b))
                                          : adversary_.fooling(judge_(made_));
    losses.add("adversarial", config_.adversarial_weight * fooling);
    if (config_.variation_weight > 0) {
      losses.add("variation", config_.variation_weight * total_variation(made_));
    }
    return losses;
  }

  // Eq. 5 as a mean over all numbers of the features.
  Tensor content(const Tensor& target) const {
    return mean_squared_difference(features_(made_).to(at::kFloat), infer(features_, target));
  }

  Config config_;
  Upscaler upscaler_;
  Adversary adversary_;
  bool is_relativistic_;
  Network judge_, features_;
  Tensor made_;  // of this step
};

}  // namespace

MethodEntry srgan() {
  return entry<SrGan>();
}

}  // namespace ganvas
