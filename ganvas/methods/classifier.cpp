// A classifier of photographs that can be asked where it looked: a trunk of convolutions, scores at
// every place of its last map, and their mean over the map.
// The pooling and its maps: Zhou et al., "Learning Deep Features for Discriminative Localization",
// CVPR 2016 (arXiv:1512.04150).
// SPDX-License-Identifier: Apache-2.0
//
// Trunk, w = width, N = batch norm:
//
//   resnet     conv7 stride 2 w N ReLU; then three times: conv3 stride 2 to twice the channels N ReLU,
//              residual block, ReLU (He et al., CVPR 2016, arXiv:1512.03385, in small)  [N, 8w, H/16, W/16]
//   mobilenet  MobileNet v1 of width 0.25 with published weights              [N, 256, H/32, W/32]
//
// Head: dropout, conv1 to a score for each class.

#include <ATen/ops/bincount.h>
#include <ATen/ops/ones.h>

#include "ganvas/core/whole_batch.h"
#include "ganvas/methods/inference.h"
#include "ganvas/methods/method.h"
#include "ganvas/nn/features.h"
#include "ganvas/nn/stack.h"
#include "ganvas/objectives/classification.h"

namespace ganvas {
namespace {

constexpr auto kMobileNetLast = "pw13";
constexpr int64_t kMobileNetWidth = 256;  // channels of that layer

Network make_resnet(int64_t channels, int64_t w) {
  std::vector<Layer> layers = {conv({channels, w, 7, 2, 3}).normed(NormKind::kBatch).relu()};
  for (int64_t c = w; c < 8 * w; c *= 2) {
    layers.push_back(conv({c, 2 * c, 3, 2, 1}).normed(NormKind::kBatch).relu());
    layers.push_back(residual(2 * c, NormKind::kBatch).relu());
  }
  return stack(layers, Init::kFanIn);
}

enum class Backbone { kResNet, kMobileNet };
enum class TrainLayers { kAuto, kHead, kAll };
enum class Balance { kFrequency, kNone };

class Classifier final : public Method {
 public:
  static constexpr auto kName = "classifier";
  static constexpr auto kSummary = "says what is in an image; ganvas cam shows where";
  static constexpr auto kPaper = "arXiv:1512.04150";
  static constexpr auto kTask = Task::kImages;

  struct Config {
    Backbone backbone = Backbone::kResNet;
    std::string backbone_weights = "none";
    TrainLayers train_layers = TrainLayers::kAuto;
    int64_t width = 16;
    double dropout_rate = 0.2;
    Balance balance = Balance::kFrequency;
    OptimizerConfig optimizer{.lr = 1e-3, .beta1 = 0.9, .weight_decay = 1e-4};

    template <typename Visitor>
    void visit(Visitor& v) {
      v("backbone", backbone, "network below the scores: a small ResNet of our own, or mobilenet",
        Choices{"resnet", "mobilenet"});
      v("backbone-weights", backbone_weights,
        "what the backbone begins with: with mobilenet its safetensors, or its folder with "
        "model.json");
      v("train-layers", train_layers,
        "what is trained; auto is all of a resnet, the head of a mobilenet",
        Choices{"auto", "head", "all"});
      v("width", width, "channels of a resnet's first layer", Range{1, 512});
      v("dropout-rate", dropout_rate, "share of the features that dropout sets to 0",
        Range{0, 0.9});
      v("balance", balance,
        "how much a class counts: the less the more often it was seen so far, or all alike",
        Choices{"frequency", "none"});
      optimizer.visit(v);
    }
  };

  Classifier(const Config& config, const ImageSpec& spec)
      : config_(config), classes_(static_cast<int64_t>(spec.classes().size())) {
    require_usage(classes_ >= 2, "classifier: got ", classes_,
                  " classes, expected at least two: a folder for each in train/, or labels");
    const bool is_own = config.backbone == Backbone::kResNet;
    const bool has_weights = config.backbone_weights != "none";
    require_usage(is_own != has_weights, "--backbone ", is_own ? "resnet" : "mobilenet",
                  is_own
                      ? ": --backbone-weights are for mobilenet; leave them out"
                      : ": --backbone-weights is missing, expected mobilenet-v1-025.safetensors of "
                        "ganvas' weights");
    require_usage(is_own || spec.channels_a == 3, "--backbone mobilenet: got ", spec.channels_a,
                  " channel, expected colour images; see --color");
    moves_trunk_ = config.train_layers == TrainLayers::kAll ||
                   (config.train_layers == TrainLayers::kAuto && is_own);
    trunk_ = add_network("trunk", is_own ? make_resnet(spec.channels_a, config.width)
                                         : feature_network("mobilenet", kMobileNetLast));
    if (!is_own) add_pretrained({"mobilenet", kMobileNetLast, config.backbone_weights, trunk_});
    if (moves_trunk_) {
      for (auto& [name, parameter] : trunk_.parameters()) parameter.requires_grad_();
    }
    const int64_t channels = is_own ? 8 * config.width : kMobileNetWidth;
    head_ = add_network(
        "head", stack({plain(channels).dropped(config.dropout_rate), conv({channels, classes_, 1})},
                      Init::kFanIn));
    seen_ = at::ones({classes_});
    add_memory("classes", {{"seen", seen_}});
  }

  Game game() override {
    std::vector<Network> moves = {head_};
    if (moves_trunk_) moves.push_back(trunk_);
    return {.players = {{.name = "classifier",
                         .trains = moves,
                         .losses = {[this](const Batch& batch) { return loss(batch); }},
                         .optimizer = config_.optimizer}}};
  }

  Abilities abilities() const override { return {.directions = {}, .predicts = Predicts::kClass}; }

  FeaturesAndLogits features_and_logits(const Tensor& images, Domain) override {
    return features_and_logits_of(trunk_, {head_}, images);
  }

 private:
  Losses loss(const Batch& batch) {
    const auto features = moves_trunk_ ? trunk_(batch.a) : infer(trunk_, batch.a);
    const auto scores = head_(features).to(at::kFloat).mean({2, 3});
    Losses losses;
    losses.add("cross_entropy", cross_entropy(scores, batch.label_a, weights_for(batch.label_a)));
    return losses;
  }

  /// How much each class counts after these labels: inversely as often as it was seen.
  Tensor weights_for(const Tensor& labels) {
    if (config_.balance == Balance::kNone || !labels.defined()) return {};
    seen_.add_(at::bincount(all_of_batch(labels).cpu(), {}, classes_).to(at::kFloat));
    return (seen_.mean() / seen_).to(labels.device());
  }

  Config config_;
  int64_t classes_;
  bool moves_trunk_;
  Network trunk_, head_;
  Tensor seen_;  // [classes] images of each so far, and one
};

}  // namespace

MethodEntry classifier() {
  return entry<Classifier>();
}

}  // namespace ganvas
