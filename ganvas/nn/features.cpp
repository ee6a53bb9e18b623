// Frozen networks whose inner layers say what is in a picture.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/features.h"

#include <algorithm>
#include <array>

#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/layers.h"

namespace ganvas {
namespace {

/// A convolution with bias and what bounds its output.
struct FeatureLayer {
  std::string name;       // as files have it
  std::string asked_for;  // as people do
  int64_t in, out, kernel;
  int64_t stride = 1, groups = 1;
  bool pools_first = false;  // 2 x 2 maxima
};

std::vector<FeatureLayer> vgg19_layers() {
  constexpr std::array<int64_t, 5> kWidths = {64, 128, 256, 512, 512}, kCounts = {2, 2, 4, 4, 4};
  std::vector<FeatureLayer> layers;
  int64_t before = 3, index = 0;  // index: of torchvision's list, where ReLU and pooling count
  for (size_t stage = 0; stage < kWidths.size(); ++stage) {
    for (int64_t i = 0; i < kCounts[stage]; ++i) {
      layers.push_back({"features." + std::to_string(index),
                        "relu" + std::to_string(stage + 1) + "_" + std::to_string(i + 1), before,
                        kWidths[stage], 3, 1, 1, stage > 0 && i == 0});
      before = kWidths[stage];
      index += 2;
    }
    ++index;
  }
  return layers;
}

std::vector<FeatureLayer> mobilenet_layers() {
  constexpr std::array<int64_t, 13> kWidths = {16,  32,  32,  64,  64,  128, 128,
                                               128, 128, 128, 128, 256, 256};
  constexpr std::array<int64_t, 13> kStrides = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
  std::vector<FeatureLayer> layers = {{"conv1", "conv1", 3, 8, 3, 2}};
  int64_t before = 8;
  for (size_t i = 0; i < kWidths.size(); ++i) {
    const auto number = std::to_string(i + 1);
    layers.push_back({"conv_dw_" + number, "dw" + number, before, before, 3, kStrides[i], before});
    layers.push_back({"conv_pw_" + number, "pw" + number, before, kWidths[i], 1});
    before = kWidths[i];
  }
  return layers;
}

/// The layers up to the one that is asked for.
std::vector<FeatureLayer> layers_of(const std::string& name, const std::string& layer) {
  require_usage(name == "vgg19" || name == "mobilenet", "feature network: got '", name,
                "', expected vgg19 or mobilenet");
  auto layers = name == "vgg19" ? vgg19_layers() : mobilenet_layers();
  const auto last = std::find_if(layers.begin(), layers.end(),
                                 [&](const FeatureLayer& l) { return l.asked_for == layer; });
  require_usage(last != layers.end(), "feature layer: ", name, " has none called '", layer,
                "'; the last is ", layers.back().asked_for);
  layers.erase(last + 1, layers.end());
  return layers;
}

class FeatureNetwork final : public Module {
 public:
  FeatureNetwork(const std::string& name, std::vector<FeatureLayer> layers)
      : is_vgg_(name == "vgg19"), layers_(std::move(layers)) {
    for (size_t i = 0; i < layers_.size(); ++i) {
      const auto& layer = layers_[i];
      const auto prefix = "layer" + std::to_string(i);
      const auto weight =
          at::zeros({layer.out, layer.in / layer.groups, layer.kernel, layer.kernel});
      weights_.push_back(register_parameter(prefix + ".weight", weight));
      biases_.push_back(register_parameter(prefix + ".bias", at::zeros({layer.out})));
      weights_.back().set_requires_grad(false);
      biases_.back().set_requires_grad(false);
    }
  }

  Tensor forward(const Tensor& pictures) override {
    auto x = is_vgg_ ? normalised(pictures) : pictures;
    for (size_t i = 0; i < layers_.size(); ++i) x = apply(i, x);
    return x;
  }

 private:
  /// By the mean and deviation of ImageNet's colours in [0, 1], as torchvision's weights want it.
  static Tensor normalised(const Tensor& pictures) {
    constexpr std::array<double, 3> kMeans = {0.485, 0.456, 0.406};
    constexpr std::array<double, 3> kDeviations = {0.229, 0.224, 0.225};
    std::vector<Tensor> channels;
    for (size_t c = 0; c < kMeans.size(); ++c) {
      const auto share = (pictures.narrow(1, static_cast<int64_t>(c), 1) + 1) / 2;
      channels.push_back((share - kMeans[c]) / kDeviations[c]);
    }
    return at::cat(channels, /*dim=*/1);
  }

  Tensor apply(size_t i, const Tensor& input) const {
    const auto& layer = layers_[i];
    auto x = input;
    if (layer.pools_first) {
      const std::vector<int64_t> side = {2, 2};
      x = at::max_pool2d(x, side, side);
    }
    const std::vector<int64_t> stride(2, layer.stride), none(2, 0), one(2, 1);
    x = at::conv2d(pad_same(x, layer.kernel, layer.stride), weights_[i], biases_[i],
                   at::IntArrayRef(stride), at::IntArrayRef(none), at::IntArrayRef(one),
                   layer.groups);
    return is_vgg_ ? at::relu(x) : x.clamp(0, 6);
  }

  bool is_vgg_;
  std::vector<FeatureLayer> layers_;
  std::vector<Tensor> weights_, biases_;
};

}  // namespace

Network feature_network(const std::string& name, const std::string& layer) {
  return Network(std::make_shared<FeatureNetwork>(name, layers_of(name, layer)));
}

std::vector<std::string> feature_layer_names(const std::string& name, const std::string& layer) {
  std::vector<std::string> names;
  for (const auto& part : layers_of(name, layer)) names.push_back(part.name);
  return names;
}

}  // namespace ganvas
