// pix2pix: a conditional discriminator judges pairs, an L1 term holds the generator to its target.
// Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017
// (arXiv:1611.07004).
// SPDX-License-Identifier: Apache-2.0

#include <ATen/ops/cat.h>

#include "ganvas/methods/generator.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/recipes.h"
#include "ganvas/objectives/adversarial.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

class Pix2Pix final : public Method {
 public:
  static constexpr auto kName = "pix2pix";
  static constexpr auto kSummary = "paired translation with a conditional patch discriminator";
  static constexpr auto kPaper = "arXiv:1611.07004";

  struct Config {
    GeneratorConfig generator;
    std::string patch = "70";
    int64_t discriminator_width = 64;
    std::string objective = "vanilla";
    double l1_weight = 100;
    double adversarial_weight = 1;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      generator.visit(v);
      v("patch", patch, "side of the patches that the discriminator judges, pixels",
        Choices{"1", "16", "34", "70", "142", "286"});
      v("discriminator-width", discriminator_width, "channels of its first layer", Range{1, 512});
      v("objective", objective, "adversarial objective", adversarial_names());
      v("l1-weight", l1_weight, "weight of the L1 term (lambda in Eq. 4)", Range{0, 1e6});
      v("adversarial-weight", adversarial_weight,
        "weight of the generator's adversarial term; 0 is plain regression", Range{0, 1e6});
      optimizer.visit(v);
    }
  };

  Pix2Pix(const Config& config, const Task& task)
      : config_(config),
        objective_(adversarial_objective(config.objective)),
        generator_(config.generator, task) {
    add_network("generator", generator_.network());
    if (config.adversarial_weight == 0) return;  // nobody would listen to a discriminator
    discriminator_ = add_network(
        "discriminator",
        patch_discriminator(task.channels_a + task.channels_b, config.discriminator_width,
                            layers_of_patch(config.patch), norm_kind(config.generator.norm)));
  }

  Game game() override {
    const Player discriminator{
        .name = "discriminator",
        .moves = {discriminator_},
        .loss = [this](const Batch& batch) { return discriminator_loss(batch); },
        .optimizer = config_.optimizer};
    const Player generator{.name = "generator",
                           .moves = {generator_.network()},
                           .loss = [this](const Batch& batch) { return generator_loss(batch); },
                           .optimizer = config_.optimizer};
    if (config_.adversarial_weight == 0) return {.players = {generator}};
    return {.players = {discriminator, generator}};
  }

  void forward(const Batch& batch) override { fake_ = generator_.forward(batch.a); }

  Tensor translate(const Tensor& a) override { return generator_.translate(a); }
  int64_t size_multiple() const override { return generator_.size_multiple(); }

 private:
  // Receptive fields of 0 to 5 halving layers.
  static int64_t layers_of_patch(const std::string& patch) {
    const Choices sides = {"1", "16", "34", "70", "142", "286"};
    return std::find(sides.begin(), sides.end(), patch) - sides.begin();
  }

  // Eq. 1, both expectations, halved as in section 3.3.
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    losses.add("fake", 0.5 * fake_loss(objective_, judge(batch.a, fake_.detach())));
    losses.add("real", 0.5 * real_loss(objective_, judge(batch.a, batch.b)));
    return losses;
  }

  // Eq. 4: the adversarial term plus lambda times Eq. 3.
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    if (config_.adversarial_weight > 0) {
      losses.add("adversarial",
                 config_.adversarial_weight * fooling_loss(objective_, judge(batch.a, fake_)));
    }
    losses.add("l1", config_.l1_weight * mean_absolute_difference(fake_, batch.b));
    return losses;
  }

  // [N, C_a, H, W], [N, C_b, H, W] -> patch logits [N, 1, h, w]
  Tensor judge(const Tensor& a, const Tensor& b) const {
    return discriminator_(at::cat({a, b}, /*dim=*/1));
  }

  Config config_;
  Adversarial objective_;
  Generator generator_;
  Network discriminator_;
  Tensor fake_;  // generator(a) of this step, shared by both turns
};

}  // namespace

MethodEntry pix2pix() {
  return entry<Pix2Pix>();
}

}  // namespace ganvas
