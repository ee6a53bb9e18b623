// Pretrained networks whose inner layers say what is in an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/features.h"

#include <algorithm>
#include <array>

#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/config.h"
#include "ganvas/core/error.h"
#include "ganvas/nn/private/layers.h"

namespace ganvas {
namespace {

enum class Joined {
  kBehind,  // it sees what the layer before it made
  kBeside   // it sees what the layer before it saw, and its channels follow that one's
};

/// A convolution with bias and what bounds its output.
struct FeatureLayer {
  std::string name;       // as files have it
  std::string asked_for;  // as people do; empty where nobody does
  int64_t in, out, kernel;
  int64_t stride = 1, groups = 1;
  int64_t pool = 0;  // side of the maxima before it, at every second pixel; 0: none
  Joined joined = Joined::kBehind;
};

std::vector<FeatureLayer> vgg19_layers() {
  constexpr std::array<int64_t, 5> kWidths = {64, 128, 256, 512, 512}, kCounts = {2, 2, 4, 4, 4};
  std::vector<FeatureLayer> layers;
  int64_t before = 3, index = 0;  // index: of torchvision's list, where ReLU and pooling count
  for (size_t stage = 0; stage < kWidths.size(); ++stage) {
    for (int64_t i = 0; i < kCounts[stage]; ++i) {
      FeatureLayer layer{"features." + std::to_string(index),
                         "relu" + std::to_string(stage + 1) + "_" + std::to_string(i + 1), before,
                         kWidths[stage], 3};
      layer.pool = stage > 0 && i == 0 ? 2 : 0;
      layers.push_back(std::move(layer));
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

/// A fire module squeezes to few channels and makes many of them, by 1 x 1 and by 3 x 3.
std::vector<FeatureLayer> squeezenet_layers() {
  constexpr std::array<int64_t, 8> kSqueezed = {16, 16, 32, 32, 48, 48, 64, 64};
  constexpr std::array<int64_t, 8> kIndices = {3, 4, 5, 7, 8, 9, 10, 12};  // of torchvision's list
  std::vector<FeatureLayer> layers = {{"features.0", "conv1", 3, 96, 7, 2}};
  int64_t before = 96;
  for (size_t i = 0; i < kSqueezed.size(); ++i) {
    const auto name = "features." + std::to_string(kIndices[i]);
    const int64_t few = kSqueezed[i], many = 4 * few;
    FeatureLayer squeeze{name + ".squeeze", "", before, few, 1};
    squeeze.pool = i == 0 || kIndices[i] > kIndices[i - 1] + 1 ? 3 : 0;
    FeatureLayer wide{name + ".expand3x3", "fire" + std::to_string(i + 2), few, many, 3};
    wide.joined = Joined::kBeside;
    layers.push_back(std::move(squeeze));
    layers.push_back({name + ".expand1x1", "", few, many, 1});
    layers.push_back(std::move(wide));
    before = 2 * many;
  }
  return layers;
}

/// (x - means) / deviations of each channel, x in [0, 1].
Tensor standardised(const Tensor& images, const std::array<double, 3>& means,
                    const std::array<double, 3>& deviations) {
  std::vector<Tensor> channels;
  for (size_t c = 0; c < means.size(); ++c) {
    const auto share = (images.narrow(1, static_cast<int64_t>(c), 1) + 1) / 2;
    channels.push_back((share - means[c]) / deviations[c]);
  }
  return at::cat(channels, /*dim=*/1);
}

/// By the mean and deviation of ImageNet's colours, as torchvision's weights want it.
Tensor as_torchvision(const Tensor& images) {
  return standardised(images, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225});
}

/// Levels of 255 less their means.
Tensor as_levels(const Tensor& images) {
  return standardised(images, {123. / 255, 117. / 255, 104. / 255}, {1. / 255, 1. / 255, 1. / 255});
}

Tensor as_they_are(const Tensor& images) {
  return images;
}

Tensor relu(const Tensor& x) {
  return at::relu(x);
}

Tensor relu6(const Tensor& x) {
  return x.clamp(0, 6);
}

enum class FeaturePadding { kSame, kNone };  // of kernels over 3; smaller ones keep the sides

struct Family {
  std::string name;
  std::vector<FeatureLayer> (*layers)();
  Tensor (*normalised)(const Tensor&);
  Tensor (*activated)(const Tensor&);
  FeaturePadding padding;
};

const std::vector<Family>& families() {
  static const std::vector<Family> rows = {
      {"vgg19", vgg19_layers, as_torchvision, relu, FeaturePadding::kSame},
      {"mobilenet", mobilenet_layers, as_they_are, relu6, FeaturePadding::kSame},
      {"squeezenet", squeezenet_layers, as_levels, relu, FeaturePadding::kNone}};
  return rows;
}

const Family& family_named(const std::string& name) {
  for (const auto& family : families()) {
    if (family.name == name) return family;
  }
  throw UsageError(c10::str("feature network: got '", name, "', expected one of ",
                            c10::Join(", ", feature_network_names())));
}

/// A layer whose features are asked for.
struct Tap {
  size_t layer;
  bool is_before_activation;
};

/// By a layer's name, or that of VGG's convolution before its activation.
Tap tap_of(const std::string& name, const std::vector<FeatureLayer>& layers,
           const std::string& wanted) {
  for (size_t i = 0; i < layers.size(); ++i) {
    const auto& asked_for = layers[i].asked_for;
    if (asked_for.empty()) continue;
    if (asked_for == wanted) return {i, false};
    if (asked_for.rfind("relu", 0) == 0 && "conv" + asked_for.substr(4) == wanted) return {i, true};
  }
  throw UsageError(c10::str("feature layer: ", name, " has none called '", wanted,
                            "'; the last is ", layers.back().asked_for));
}

std::vector<Tap> taps_of(const std::string& name, const std::string& wanted) {
  const auto layers = family_named(name).layers();
  std::vector<Tap> taps;
  for (const auto& one : split_at_commas(wanted)) taps.push_back(tap_of(name, layers, one));
  require_usage(!taps.empty(), "feature layer: got none for ", name, ", expected for example ",
                layers.back().asked_for);
  std::stable_sort(taps.begin(), taps.end(),
                   [](const Tap& a, const Tap& b) { return a.layer < b.layer; });
  return taps;
}

/// The layers up to the last that is asked for.
std::vector<FeatureLayer> layers_up_to(const std::string& name, const std::vector<Tap>& taps) {
  auto layers = family_named(name).layers();
  layers.resize(taps.back().layer + 1);
  return layers;
}

class FeatureNetwork final : public Module {
 public:
  FeatureNetwork(const Family& family, std::vector<Tap> taps)
      : family_(family), taps_(std::move(taps)), layers_(layers_up_to(family.name, taps_)) {
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

  Tensor forward(const Tensor& images) override { return stages(images).back(); }

  std::vector<Tensor> stages(const Tensor& images) override {
    std::vector<Tensor> wanted;
    Tensor seen, made = family_.normalised(images);  // by the layer before
    size_t next = 0;
    for (size_t i = 0; i < layers_.size(); ++i) {
      const bool is_beside = layers_[i].joined == Joined::kBeside;
      if (!is_beside) seen = pooled(made, layers_[i].pool);
      const auto sums = convolved(i, seen);
      const auto features = family_.activated(sums);
      made = is_beside ? at::cat({made, features}, /*dim=*/1) : features;
      for (; next < taps_.size() && taps_[next].layer == i; ++next) {
        wanted.push_back(taps_[next].is_before_activation ? sums : made);
      }
    }
    return wanted;
  }

 private:
  static Tensor pooled(const Tensor& x, int64_t side) {
    if (side == 0) return x;
    const std::vector<int64_t> sides(2, side), two(2, 2), none(2, 0), one(2, 1);
    return at::max_pool2d(x, sides, two, none, one, /*ceil_mode=*/side > 2);
  }

  Tensor convolved(size_t i, const Tensor& x) const {
    const auto& layer = layers_[i];
    const bool is_padded = family_.padding == FeaturePadding::kSame || layer.kernel <= 3;
    const std::vector<int64_t> stride(2, layer.stride), none(2, 0), one(2, 1);
    return at::conv2d(is_padded ? kernels::pad_same(x, layer.kernel, layer.stride) : x, weights_[i],
                      biases_[i], at::IntArrayRef(stride), at::IntArrayRef(none),
                      at::IntArrayRef(one), layer.groups);
  }

  const Family& family_;
  std::vector<Tap> taps_;
  std::vector<FeatureLayer> layers_;
  std::vector<Tensor> weights_, biases_;
};

}  // namespace

Network feature_network(const std::string& name, const std::string& layers) {
  return Network(std::make_shared<FeatureNetwork>(family_named(name), taps_of(name, layers)));
}

std::vector<std::string> feature_network_names() {
  std::vector<std::string> names;
  for (const auto& family : families()) names.push_back(family.name);
  return names;
}

std::vector<std::string> feature_layer_names(const std::string& name, const std::string& layers) {
  std::vector<std::string> names;
  for (const auto& part : layers_up_to(name, taps_of(name, layers))) names.push_back(part.name);
  return names;
}

}  // namespace ganvas
