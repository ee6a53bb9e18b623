// CUT: a generator learns to translate without pairs and without the way back: each place of the result
// must be told to come from the same place of its source.
// Park et al., "Contrastive Learning for Unpaired Image-to-Image Translation", ECCV 2020
// (arXiv:2007.15651). FastCUT of the same paper: --identity off --contrast-weight 10.
// SPDX-License-Identifier: Apache-2.0

#include <ATen/ops/cat.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/adversary.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/discriminator.h"
#include "ganvas/methods/generator.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/perceptron.h"
#include "ganvas/objectives/contrastive.h"

namespace ganvas {
namespace {

constexpr int64_t kBlocks = 5;      // of the encoder whose features are compared
constexpr int64_t kFeatures = 256;  // of a place, behind its layer's head

class Cut final : public Method {
 public:
  static constexpr auto kName = "cut";
  static constexpr auto kSummary =
      "unpaired translation, one way, held by contrast between places; half of CycleGAN's memory "
      "and time";
  static constexpr auto kPaper = "arXiv:2007.15651";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    GeneratorConfig generator{
        .generator = "resnet", .norm = NormKind::kInstance, .dropout = Dropout::kNone};
    DiscriminatorConfig discriminator;
    AdversaryConfig adversary{.objective = Adversarial::kLeastSquares};
    AugmentConfig augment;
    double contrast_weight = 1;
    bool identity = true;
    int64_t places = 256;
    double temperature = 0.07;
    OptimizerConfig optimizer;

    template <typename Visitor>
    void visit(Visitor& v) {
      generator.visit(v);
      discriminator.visit(v);
      adversary.visit(v);
      augment.visit(v);
      v("contrast-weight", contrast_weight, "weight of the contrastive terms; 10 is FastCUT's",
        Range{0, 1e6});
      v("identity", identity,
        "hold images of domain b to themselves too; FastCUT does not, in half of the time");
      v("places", places, "places of an image that are told apart, in each layer", Range{2, 4096});
      v("temperature", temperature, "of the likeness between places", Range{1e-3, 10});
      optimizer.visit(v);
    }
  };

  Cut(const Config& config, const ImageSpec& spec)
      : config_(config),
        adversary_(config.adversary, config.discriminator.norm(config.generator.norm)),
        to_b_(config.generator, spec) {
    const auto& name = config.generator.generator;
    require_usage(name.rfind("resnet", 0) == 0 && config.generator.base == Base::kNone,
                  "--generator: got ", name,
                  ", expected a ResNet with --base none, whose features cut compares");
    require_usage(!config.identity || spec.channels_a == spec.channels_b, "--identity: domains of ",
                  spec.channels_a, " and ", spec.channels_b, " channels have no identity; use off");
    add_network("generator", to_b_.network());
    const auto norm = config.generator.norm;
    discriminator_ = add_network(
        "discriminator", config.augment.applied_to(config.discriminator.make(spec.channels_b, norm),
                                                   {spec.channels_b}));
    encode_ = resnet_encoder(to_b_.network(), kBlocks);
    // The colours, both halving layers, the first and the last of the blocks.
    const int64_t w = config.generator.width;
    const std::vector<int64_t> widths = {spec.channels_a, 2 * w, 4 * w, 4 * w, 4 * w};
    for (size_t i = 0; i < widths.size(); ++i) {
      heads_.push_back(
          add_network("head" + std::to_string(i), perceptron(widths[i], kFeatures, 1, kFeatures)));
    }
  }

  Game game() override {
    auto moves = heads_;
    moves.insert(moves.begin(), to_b_.network());
    const Player discriminator{
        .name = "discriminator",
        .trains = {discriminator_},
        .losses = {[this](const Batch& batch) { return discriminator_loss(batch); }},
        .optimizer = config_.discriminator.optimizer(config_.optimizer),
        .clip = adversary_.clip()};
    const Player generator{.name = "generator",
                           .trains = moves,
                           .losses = {[this](const Batch& batch) { return generator_loss(batch); }},
                           .optimizer = config_.optimizer};
    return {.players = {discriminator, generator}, .repeats = true};
  }

  void forward(const Batch& batch) override {
    std::vector<Tensor> shown = {batch.a};
    if (config_.identity) shown.push_back(batch.b);
    made_ = to_b_.forward_each(shown);
  }

  Tensor run_translation(const Tensor& images, Direction) override {
    return to_b_.translate(images);
  }
  int64_t size_multiple() const override { return to_b_.size_multiple(); }

 private:
  Losses discriminator_loss(const Batch& batch) {
    Losses losses;
    adversary_.add_terms(losses, discriminator_, batch.b, made_[0].detach(), /*weight=*/0.5);
    return losses;
  }

  // Eq. 5, with the mean of its two contrastive terms, as in the code.
  Losses generator_loss(const Batch& batch) {
    Losses losses;
    losses.add("adversarial", adversary_.fooling(discriminator_(made_[0])));
    const double weight = config_.contrast_weight * (config_.identity ? 0.5 : 1);
    losses.add("contrast", weight * contrast(made_[0], batch.a));
    if (config_.identity) losses.add("identity", weight * contrast(made_[1], batch.b));
    return losses;
  }

  /// Eq. 4 as a mean over layers.
  Tensor contrast(const Tensor& made, const Tensor& source) const {
    auto of_made = compared(made, encode_.stages(made));
    auto of_source = compared(source, constant_stages(encode_, source));
    Tensor sum;
    for (size_t i = 0; i < heads_.size(); ++i) {
      const auto places = drawn_places(of_made[i]);
      const auto features = [&](const Tensor& map) {
        const auto at_places = map.flatten(2).index_select(2, places).transpose(1, 2);  // [N, P, C]
        const auto rows = at_places.flatten(0, 1).unsqueeze(2).unsqueeze(3);
        return heads_[i](rows.to(at::kFloat)).view({map.size(0), places.size(0), kFeatures});
      };
      const auto loss = patch_contrast(features(of_made[i]), features(of_source[i]).detach(),
                                       config_.temperature);
      sum = sum.defined() ? sum + loss : loss;
    }
    return sum / static_cast<double>(heads_.size());
  }

  /// The maps that are compared, of the encoder's stages.
  static std::vector<Tensor> compared(const Tensor& image, const std::vector<Tensor>& stages) {
    return {image, stages[0], stages[1], stages[2], stages.back()};
  }

  /// Different places of a map [N, C, H, W]: [P] int64, fewer for small maps.
  Tensor drawn_places(const Tensor& map) const {
    const int64_t all = map.size(2) * map.size(3), count = std::min(all, config_.places);
    const auto order =
        draw_uniform_of_step({all}, at::TensorOptions(map.device()).dtype(at::kFloat));
    return std::get<1>(order.topk(count));
  }

  Config config_;
  Adversary adversary_;
  Generator to_b_;
  Network discriminator_, encode_;
  std::vector<Network> heads_;
  std::vector<Tensor> made_;  // of this step: of domain a, and of domain b if it is held to itself
};

}  // namespace

MethodEntry cut() {
  return entry<Cut>();
}

}  // namespace ganvas
