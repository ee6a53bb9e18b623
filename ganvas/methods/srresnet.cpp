// Super-resolution by regression: the pretraining of SRGAN, and the upscaler that invents least.
// Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial
// Network", CVPR 2017 (arXiv:1609.04802).
// SPDX-License-Identifier: Apache-2.0

#include "ganvas/methods/method.h"
#include "ganvas/methods/upscaler.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

enum class PixelLoss { kMse, kL1 };

class SrResNet final : public Method {
 public:
  static constexpr auto kName = "srresnet";
  static constexpr auto kSummary = "super-resolution by regression, without an adversary";
  static constexpr auto kPaper = "arXiv:1609.04802";
  static constexpr auto kTask = Task::kUpscaling;

  struct Config {
    UpscalerConfig upscaler;
    PixelLoss pixels = PixelLoss::kMse;
    OptimizerConfig optimizer{.lr = 1e-4, .beta1 = 0.9};

    template <typename Visitor>
    void visit(Visitor& v) {
      upscaler.visit(v);
      v("pixels", pixels, "distance of pixels: mean squared (the paper) or mean absolute",
        Choices{"mse", "l1"});
      optimizer.visit(v);
    }
  };

  SrResNet(const Config& config, const ImageSpec& spec)
      : config_(config), upscaler_(config.upscaler, spec) {
    add_network("generator", upscaler_.network());
  }

  Game game() override {
    return {.players = {{.name = "generator",
                         .trains = {upscaler_.network()},
                         .losses = {[this](const Batch& batch) { return loss(batch); }},
                         .optimizer = config_.optimizer}},
            .repeats = true};
  }

  Abilities abilities() const override { return {.reach = upscaler_.reach()}; }

  Tensor run_translation(const Tensor& a, Direction) override { return upscaler_.translate(a); }

 private:
  Losses loss(const Batch& batch) {
    const auto made = upscaler_.forward(batch.a);
    Losses losses;
    if (config_.pixels == PixelLoss::kMse) {
      losses.add("mse", mean_squared_difference(made, batch.b));
    } else {
      losses.add("l1", mean_absolute_difference(made, batch.b));
    }
    return losses;
  }

  Config config_;
  Upscaler upscaler_;
};

}  // namespace

MethodEntry srresnet() {
  return entry<SrResNet>();
}

}  // namespace ganvas
