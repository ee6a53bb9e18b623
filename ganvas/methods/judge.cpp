// A classifier that tells two domains apart, whatever their images show: the judge of translations.
// A plain stack in the manner of DCGAN's discriminator; Radford et al., ICLR 2016
// (arXiv:1511.06434).
// SPDX-License-Identifier: Apache-2.0
//
// w = width, N = batch norm, L = leaky ReLU 0.2: conv4 stride 2 w L, then to twice the channels N L
// (at most 8w) until the map's side is under 8; conv1 to 2 scores, averaged over the map.

#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/classification.h"

namespace ganvas {
namespace {

constexpr int64_t kLeastSide = 8;

class Judge final : public Method {
 public:
  static constexpr auto kName = "judge";
  static constexpr auto kSummary = "tells two domains apart; judges translations in ganvas eval";
  static constexpr auto kPaper = "arXiv:1511.06434";
  static constexpr auto kTask = Task::kDomains;

  struct Config {
    int64_t width = 32;
    double dropout_rate = 0.2;
    OptimizerConfig optimizer{.beta1 = 0.9, .weight_decay = 1e-4};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("width", width, "channels of the first layer", Range{1, 512});
      v("dropout-rate", dropout_rate, "share of numbers that dropout sets to 0", Range{0, 0.9});
      optimizer.visit(v);
    }
  };

  Judge(const Config& config, const ImageSpec& spec) : config_(config) {
    require_usage(spec.channels_a == spec.channels_b, "judge: got domains of ", spec.channels_a,
                  " and ", spec.channels_b, " channels, expected equal numbers");
    const int64_t w = config.width;
    std::vector<Layer> layers = {conv({spec.channels_a, w, 4, 2, 1}).leaky_relu(0.2)};
    int64_t channels = w;
    for (int64_t side = spec.size.shorter() / 2; side >= kLeastSide; side /= 2) {
      const int64_t after = std::min(2 * channels, 8 * w);
      layers.push_back(conv({channels, after, 4, 2, 1})
                           .normed(NormKind::kBatch)
                           .leaky_relu(0.2)
                           .dropped(config.dropout_rate));
      channels = after;
    }
    trunk_ = add_network("trunk", stack(layers));
    head_ = add_network("head", stack({conv({channels, 2, 1})}));
  }

  Game game() override {
    return {.players = {{.name = "judge",
                         .trains = {trunk_, head_},
                         .losses = {[this](const Batch& batch) { return loss(batch); }},
                         .optimizer = config_.optimizer}}};
  }

  Abilities abilities() const override { return {.directions = {}, .predicts = Predicts::kDomain}; }

  /// Scores of "a" and "b", whichever domain the images are from.
  FeaturesAndLogits features_and_logits(const Tensor& images, Domain) override {
    return features_and_logits_of(trunk_, {head_}, images);
  }

 private:
  Losses loss(const Batch& batch) {
    Losses losses;
    const auto zeros = at::zeros({batch.a.size(0)}, batch.a.options().dtype(at::kLong));
    const auto ones = at::ones({batch.b.size(0)}, batch.b.options().dtype(at::kLong));
    const auto scores = head_(trunk_(at::cat({batch.a, batch.b}))).to(at::kFloat).mean({2, 3});
    losses.add("cross_entropy", cross_entropy(scores, at::cat({zeros, ones})));
    return losses;
  }

  Config config_;
  Network trunk_, head_;
};

}  // namespace

MethodEntry judge() {
  return entry<Judge>();
}

}  // namespace ganvas
