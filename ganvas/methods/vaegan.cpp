// VAE/GAN: a VAE that measures its reconstructions by what a discriminator sees in them.
// Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", ICML 2016
// (arXiv:1512.09300).
// SPDX-License-Identifier: Apache-2.0
//
// Discriminator, w = width, N = batch norm, kernels 5, padded as SAME, no bias before N:
//
//   discriminator        conv(bias) to w/2 ReLU; conv stride 2 to 2w and 4w, each N ReLU; conv
//                        stride 2 to 4w: the features of the similarity   [N, 4w, S/8, S/8]
//   discriminator_score  N ReLU; fully connected to 8w N ReLU; fully connected to 1 logit

#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>

#include "ganvas/core/random.h"
#include "ganvas/core/whole_batch.h"
#include "ganvas/methods/augment.h"
#include "ganvas/methods/method.h"
#include "ganvas/methods/variational.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/adversarial.h"
#include "ganvas/objectives/divergence.h"

namespace ganvas {
namespace {

class VaeGan final : public VariationalMethod {
 public:
  static constexpr auto kName = "vaegan";
  static constexpr auto kSummary = "a VAE whose likeness is measured by a discriminator's features";
  static constexpr auto kPaper = "arXiv:1512.09300";
  static constexpr auto kTask = Task::kImages;

  struct Config {
    VariationalConfig variational;
    double gamma = 1e-5;
    bool judges_reconstructions = true;
    double equilibrium = 0.68;
    double margin = 0.35;
    AugmentConfig augment;
    OptimizerConfig optimizer{
        .lr = 3e-4, .weight_decay = 1e-5, .optimizer = OptimizerKind::kRmsprop};

    template <typename Visitor>
    void visit(Visitor& v) {
      variational.visit(v);
      v("gamma", gamma,
        "the decoder's weight of likeness in features against fooling the discriminator; the "
        "authors' code has 1e-6 to 5e-5",
        Range{0, 1});
      v("judges-reconstructions", judges_reconstructions,
        "show the discriminator reconstructions as well as images from noise");
      v("equilibrium", equilibrium, "cross-entropy at which discriminator and decoder are even",
        Range{0, 10});
      v("margin", margin,
        "the discriminator rests where it is this much below the equilibrium, the decoder where "
        "it is this much above",
        Range{0, 10});
      augment.visit(v);
      optimizer.visit(v);
    }
  };

  VaeGan(const Config& config, const ImageSpec& spec)
      : VariationalMethod(config.variational, spec), config_(config) {
    const int64_t w = config.variational.width, first = std::max<int64_t>(1, w / 2);
    const auto halving = [](int64_t in, int64_t out) { return conv({in, out, 5, 2, kSame}); };
    const auto see = stack({conv({spec.channels_a, first, 5, 1, 2}).relu(),
                            halving(first, 2 * w).normed(NormKind::kBatch).relu(),
                            halving(2 * w, 4 * w).normed(NormKind::kBatch).relu(),
                            halving(4 * w, 4 * w).without_bias()});
    // Images, reconstructions and samples pass together, and the first two are compared.
    constexpr int64_t kTogether = 3;
    discriminator_features_ =
        add_network("discriminator", config.augment.applied_to(see, {spec.channels_a}, kTogether));
    score_ =
        add_network("discriminator_score",
                    stack({plain(4 * w).normed(NormKind::kBatch).relu(),
                           conv({4 * w, 8 * w, spec.side() / 8}).normed(NormKind::kBatch).relu(),
                           conv({8 * w, 1, 1})}));
  }

  // All three move at once, on gradients of one shared graph.
  Game game() override {
    const Player encoder{.name = "encoder",
                         .trains = variational_.encoder(),
                         .losses = {[this](const Batch&) { return encoder_loss(); }},
                         .optimizer = config_.optimizer};
    const Player decoder{.name = "decoder",
                         .trains = variational_.decoder(),
                         .losses = {[this](const Batch&) { return decoder_loss(); }},
                         .optimizer = config_.optimizer,
                         .plays = [this](int64_t) { return balance().decoder_plays; }};
    const Player discriminator{.name = "discriminator",
                               .trains = {discriminator_features_, score_},
                               .losses = {[this](const Batch&) { return discriminator_loss(); }},
                               .optimizer = config_.optimizer,
                               .plays = [this](int64_t) { return balance().discriminator_plays; }};
    return {.players = {encoder, decoder, discriminator}, .at_once = true};
  }

  // Real images, reconstructions and images from noise pass the discriminator together, so that
  // its batch norms see one distribution, as in the authors' code. Each player's gradient is taken
  // for its own networks alone, which is what cuts the adversarial one before the encoder.
  void forward(const Batch& batch) override {
    codes_ = variational_.encode(batch.a);
    const auto drawn = codes_.draw();
    const int64_t count = batch.a.size(0);
    const auto made = variational_.decode(at::cat({drawn, draw_normal_like(drawn)}));
    const auto features = discriminator_features_(at::cat({batch.a, made}));
    real_features_ = features.narrow(0, 0, count).to(at::kFloat);
    features_ = features.narrow(0, count, count).to(at::kFloat);
    const auto scores = score_(features).to(at::kFloat);
    const int64_t fakes = config_.judges_reconstructions ? 2 * count : count;
    fake_ = scores.narrow(0, 3 * count - fakes, fakes);
    real_cost_ = real_loss(Adversarial::kVanilla, scores.narrow(0, 0, count));
    fake_cost_ = fake_loss(Adversarial::kVanilla, fake_);
  }

 private:
  struct Balance {
    bool discriminator_plays, decoder_plays;
  };

  /// Who may move: whoever is far ahead rests; both move where both would rest.
  Balance balance() const {
    const auto costs = mean_of_batch(at::stack({real_cost_, fake_cost_}).detach());
    const double real = costs[0].item<double>(), fake = costs[1].item<double>();
    const double low = config_.equilibrium - config_.margin;
    const double high = config_.equilibrium + config_.margin;
    const bool discriminator_rests =
        real < low || fake<low, decoder_rests = real> high || fake > high;
    if (discriminator_rests && decoder_rests) return {true, true};
    return {!discriminator_rests, !decoder_rests};
  }

  /// Eq. 8: half the squared distance of features, a sum over them, a mean over the batch.
  Tensor unlikeness() const {
    return (features_ - real_features_).square().sum() /
           (2 * static_cast<double>(features_.size(0)));
  }

  // Eqs. 4 to 9 and Algorithm 1. Differs from the reference: the decoder's adversarial term is the
  // non-saturating one.
  Losses encoder_loss() const {
    Losses losses;
    losses.add("divergence", gaussian_divergence(codes_.mean, codes_.log_variance));
    losses.add("features", unlikeness());
    return losses;
  }

  Losses decoder_loss() const {
    Losses losses;
    losses.add("features", config_.gamma * unlikeness());
    losses.add("adversarial", (1 - config_.gamma) * fooling_loss(Adversarial::kVanilla, fake_));
    return losses;
  }

  Losses discriminator_loss() const {
    Losses losses;
    losses.add("real", real_cost_);
    losses.add("fake", fake_cost_);
    return losses;
  }

  Config config_;
  Network discriminator_features_, score_;
  Codes codes_;  // of this step, as all below
  Tensor real_features_, features_, fake_, real_cost_, fake_cost_;
};

}  // namespace

MethodEntry vaegan() {
  return entry<VaeGan>();
}

}  // namespace ganvas
