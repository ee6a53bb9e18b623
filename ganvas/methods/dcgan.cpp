// DCGAN: images from noise, and of a class if asked for.
// Radford et al., "Unsupervised Representation Learning with Deep Convolutional Generative
// Adversarial Networks", ICLR 2016 (arXiv:1511.06434); classes as in Mirza and Osindero, 2014
// (arXiv:1411.1784).
// SPDX-License-Identifier: Apache-2.0
//
// Pyramids as in methods/pyramid.h, kernel 4, one level narrower than there: generator from noise
// and one-hot class; discriminator from the image and, for each class, a map of ones or zeros,
// and from its deepest map 1 logit. A penalty of the slope, which needs scores that depend on one
// image alone, takes the discriminator without norm.

#include <ATen/ops/cat.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/classes.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/pyramid.h"
#include "ganvas/methods/upsampling.h"
#include "ganvas/nn/stack.h"

namespace ganvas {
namespace {

class DcGan final : public Method {
 public:
  static constexpr auto kName = "dcgan";
  static constexpr auto kSummary = "images from noise, of a class if asked for";
  static constexpr auto kPaper = "arXiv:1511.06434";
  static constexpr auto kTask = Task::kImages;

  struct Config {
    int64_t width = 64;
    int64_t discriminator_width = 64;
    int64_t noise = 100;
    int64_t classes = 0;
    UpsamplingConfig upsampling;
    AdversaryConfig adversary;
    AugmentConfig augment;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the generator's last hidden layer", Range{1, 512});
      v("discriminator-width", discriminator_width, "channels of its first layer", Range{1, 512});
      v("noise", noise, "numbers of the code", Range{1, 4096});
      v("class-count", classes, "classes of the data to draw on demand; 0 ignores labels",
        Range{0, 1000});
      upsampling.visit(v);
      adversary.visit(v);
      augment.visit(v);
      optimizer.visit(v);
    }
  };

  DcGan(const Config& config, const ImageSpec& spec)
      : config_(config),
        spec_(spec),
        norm_(batch_norm_unless_penalised(config.adversary)),
        adversary_(config.adversary, norm_) {
    require_class_count(config.classes, spec);
    auto shape = pyramid(spec.side(), kName);
    shape.kernel = 4;
    shape.upsampling = config.upsampling.upsampling;
    shape.channels = spec.channels_a;
    shape.width = std::max<int64_t>(1, config.width / 2);  // a pyramid's last hidden layer has 2 w
    generate_ = add_network("generator", rising_pyramid(shape, config.noise + config.classes));
    shape.channels = spec.channels_a + config.classes;
    shape.width = config.discriminator_width;
    discriminator_ =
        add_network("discriminator",
                    config.augment.applied_to(falling_pyramid(shape, norm_), {spec.channels_a}));
    score_ = add_network("discriminator_score",
                         stack({conv({deepest_channels(shape), 1, shape.first_side})}));
  }

  Game game() override {
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_, score_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.optimizer,
        .clip = adversary_.clip()};
    const Player generator{.name = "generator",
                           .trains = {generate_},
                           .losses = {[this](const Batch&) { return generator_loss(); }},
                           .optimizer = config_.optimizer};
    return {.players = {discriminator, generator}, .repeats = true};
  }

  void decide(const Batch& batch) override { require_classes(batch.label_a, config_.classes); }

  void forward(const Batch& batch) override {
    const auto noise = draw_normal({batch.a.size(0), config_.noise}, batch.a.options());
    classes_ = one_hot_classes(batch.label_a, config_.classes);
    fake_ = generate_(with_classes(noise, classes_)).to(at::kFloat);
  }

  Abilities abilities() const override {
    return {.directions = {}, .samples = true, .code = config_.noise, .classes = config_.classes};
  }

  Tensor decode(const Tensor& codes, const Tensor& labels) override {
    require_classes(labels, config_.classes);
    return infer(generate_, with_classes(codes, one_hot_classes(labels, config_.classes)));
  }

 private:
  /// The generator's input for noise [N, Z] and one_hot_classes(): [N, Z + classes, 1, 1].
  Tensor with_classes(const Tensor& noise, const Tensor& classes) const {
    const auto all = config_.classes > 0 ? at::cat({noise, classes}, /*dim=*/1) : noise;
    return all.unsqueeze(2).unsqueeze(3);
  }

  Tensor score(const Tensor& images) const {
    if (config_.classes == 0) return score_(discriminator_(images)).to(at::kFloat);
    const auto maps =
        classes_.unsqueeze(2).unsqueeze(3).expand({-1, -1, spec_.side(), spec_.side()});
    return score_(discriminator_(at::cat({images, maps}, /*dim=*/1))).to(at::kFloat);
  }

  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    const auto discriminate = [this](const Tensor& images) { return score(images); };
    adversary_.add_terms_of_calls(losses, discriminate, batch.a, fake_.detach(), /*weight=*/1);
    return losses;
  }

  Losses generator_loss() {
    Losses losses;
    losses.add("adversarial", adversary_.fooling(score(fake_)));
    return losses;
  }

  Config config_;
  ImageSpec spec_;
  NormKind norm_;
  Adversary adversary_;
  Network generate_, discriminator_, score_;
  Tensor fake_, classes_;  // of this step; classes as one_hot_classes()
};

}  // namespace

MethodEntry dcgan() {
  return entry<DcGan>();
}

}  // namespace ganvas
