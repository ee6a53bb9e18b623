// Classifiers of photographs, for maps of where they look: MobileNet, SqueezeNet, AlexNet and VGG, trained on ImageNet.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <ATen/ops/outer.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"
#include "ganvas/families/photo_layers.h"
#include "ganvas/store/features.h"

namespace ganvas {
namespace {

/// Colours as torchvision's networks see them: less the mean over ImageNet, by the deviation. Input in [0, 1].
size_t normalised(Graph& graph) {
  const auto mean = at::tensor({0.485F, 0.456F, 0.406F}),
             deviation = at::tensor({0.229F, 0.224F, 0.225F});
  return graph.add(
      {.op = Op::kAffine, .inputs = {0}, .weight = 1 / deviation, .bias = -mean / deviation});
}

/// Levels less their mean, as Caffe's networks see them. Input in [0, 1].
size_t less_mean_level(Graph& graph) {
  return graph.add({.op = Op::kAffine,
                    .inputs = {0},
                    .weight = at::tensor({255.0F, 255.0F, 255.0F}),
                    .bias = at::tensor({-123.0F, -117.0F, -104.0F})});
}

enum class Rounding { kDown, kUp };  // of the sides of a map

size_t pooled(Graph& graph, size_t x, int64_t kernel, Rounding rounding) {
  return graph.add({.op = Op::kMaxPool,
                    .inputs = {x},
                    .kernel = kernel,
                    .stride = 2,
                    .rounds_up = rounding == Rounding::kUp});
}

size_t l2_pooled(Builder& to, Graph& graph, size_t x, int64_t channels) {
  constexpr double kEps = 1e-12;
  const auto window = at::tensor({0.25F, 0.5F, 0.25F});
  const auto weight = at::outer(window, window).expand({channels, 1, -1, -1}).contiguous();
  const auto squares = graph.add({.op = Op::kMultiply, .inputs = {x, x}});
  const auto means = to.conv_of(weight, {}, squares, /*stride=*/2, /*padding=*/1, channels);
  return graph.add({.op = Op::kSquareRoot, .inputs = {means}, .offset = kEps});
}

/// Scores of linear layers of VGG's kind, as convolutions over all places, the first of which sees `places` pixels each way.
void add_scores(StateDict& state, Foreign& made, int64_t places,
                const std::array<int64_t, 3>& layers) {
  Builder end(state, made.head);
  size_t y = 0;
  for (const auto i : layers) {
    const auto name = c10::str("classifier.", i);
    const auto weight = state.take(name + ".weight"), bias = state.take(name + ".bias");
    const int64_t side = i == layers.front() ? places : 1;
    require(weight.dim() == 2 && weight.size(1) % (side * side) == 0, name,
            ".weight: got the shape ", weight.sizes());
    y = end.conv_of(weight.view({weight.size(0), -1, side, side}), bias, y, 1, /*padding=*/0);
    if (i != layers.back()) y = end.relu(y);
    made.classes = weight.size(0);
  }
}

/// Howard et al., 2017 (arXiv:1704.04861), with Keras' names; "same" padding as TensorFlow has it.
class MobileNetBuilder {
 public:
  MobileNetBuilder(StateDict& state, Foreign& made) : state_(state), made_(made) {}

  void build() {
    auto x = layer("conv1", 0, 2);
    const auto blocks = state_.numbers("conv_dw_", 1);
    for (const auto i : blocks) {
      const bool halves = i == 2 || i == 4 || i == 6 || i == 12;
      x = layer(c10::str("conv_dw_", i), x, halves ? 2 : 1);
      x = layer(c10::str("conv_pw_", i), x, 1);
    }
    const auto kernel = state_.take("conv_preds/kernel").permute({3, 2, 0, 1});
    Builder to(state_, made_.head);
    to.conv_of(kernel.contiguous(), state_.take("conv_preds/bias"), 0);
    made_.classes = kernel.size(0);
  }

 private:
  /// A convolution with its batch norm, and ReLU6.
  size_t layer(const std::string& name, size_t x, int64_t stride) {
    constexpr double kMost = 6;
    const auto [weight, bias] = folded_mobilenet_layer(
        [&](const std::string& tensor) { return state_.take(tensor); }, name);
    const int64_t side = weight.size(2), before = stride == 1 ? side / 2 : 0;
    auto& graph = made_.graph;
    const auto y = graph.add({.op = Op::kConv,
                              .inputs = {x},
                              .weight = weight.contiguous(),
                              .bias = bias,
                              .kernel = side,
                              .stride = stride,
                              .groups = weight.size(1) == 1 ? weight.size(0) : 1,
                              .pads = {before, before, side / 2, side / 2}});
    return graph.add({.op = Op::kClamp, .inputs = {y}, .value = kMost});
  }

  StateDict& state_;
  Foreign& made_;
};

Foreign build_mobilenet(StateDict& state) {
  require(
      state.has("conv_preds/kernel"),
      "it has no scores (conv_preds/kernel); it serves as features, as of ganvas eval --features");
  Foreign made{.range = ValueRange::kSigned, .side = 224};
  MobileNetBuilder(state, made).build();
  return made;
}

Foreign build_squeezenet(StateDict& state) {
  Foreign made;
  add_squeezenet(state, made);
  Builder end(state, made.head);
  end.relu(end.conv("classifier.1", 0));
  made.classes = state.size("classifier.1.weight", 0);
  return made;
}

// Its linear layers are convolutions here, and scores the means over all places, as in section 3.2.
Foreign build_vgg(StateDict& state) {
  Foreign made{.side = 224};
  add_vgg(state, made);
  add_scores(state, made, /*places=*/7, {0, 3, 6});
  return made;
}

Foreign build_alexnet(StateDict& state) {
  Foreign made{.side = 224};
  add_alexnet(state, made);
  add_scores(state, made, /*places=*/6, {1, 4, 6});
  return made;
}

}  // namespace

void add_squeezenet(StateDict& state, Foreign& made) {
  auto& graph = made.graph;
  Builder to(state, graph);
  // torchvision's own file and those made of Caffe's have equal names and shapes.
  const bool sees_levels = state.metadata("input").find("0..255") != std::string::npos;
  made.side = sees_levels ? 227 : 224;
  auto x = sees_levels ? less_mean_level(graph) : normalised(graph);
  x = made.maps[1] = to.relu(to.conv("features.0", x, /*stride=*/2, /*padding=*/0));
  x = pooled(graph, x, 3, Rounding::kUp);
  const int64_t last = state.numbers("features.", 2).back();
  for (int64_t i = 3; i <= last; ++i) {
    const auto name = c10::str("features.", i);
    if (!state.has(name + ".squeeze.weight")) {
      x = pooled(graph, x, 3, Rounding::kUp);
      continue;
    }
    x = to.relu(to.conv(name + ".squeeze", x));
    x = to.joined(
        {to.relu(to.conv(name + ".expand1x1", x)), to.relu(to.conv(name + ".expand3x3", x))});
    made.maps[i] = x;
  }
}

void add_vgg(StateDict& state, Foreign& made, Pooling pooling) {
  auto& graph = made.graph;
  Builder to(state, graph);
  auto x = normalised(graph);
  // Layers are counted with their activations: where more than one number is left out, a pool is between.
  const auto layers = state.numbers("features.", 2);
  for (size_t k = 0; k < layers.size(); ++k) {
    const auto name = c10::str("features.", layers[k]);
    const bool is_norm = state.has(name + ".running_mean");
    const bool has_norm = k + 1 < layers.size() && !is_norm && layers[k + 1] == layers[k] + 1;
    x = is_norm ? to.batch_norm(name, x) : to.conv(name, x);
    if (has_norm) continue;
    x = made.maps[layers[k] + 1] = to.relu(x);
    const bool is_last = k + 1 == layers.size();
    if (!is_last && layers[k + 1] <= layers[k] + 2) continue;
    x = pooling == Pooling::kMax
            ? pooled(graph, x, 2, Rounding::kDown)
            : l2_pooled(to, graph, x, state.size(c10::str("features.", layers[k], ".weight"), 0));
  }
}

void add_alexnet(StateDict& state, Foreign& made) {
  constexpr std::array<int64_t, 5> kLayers = {0, 3, 6, 8, 10};
  auto& graph = made.graph;
  Builder to(state, graph);
  auto x = normalised(graph);
  for (const auto i : kLayers) {
    const auto name = c10::str("features.", i);
    x = made.maps[i + 1] =
        to.relu(i == 0 ? to.conv(name, x, /*stride=*/4, /*padding=*/2) : to.conv(name, x));
    if (i == 0 || i == 3 || i == 10) x = pooled(graph, x, 3, Rounding::kDown);
  }
}

FamilyEntry mobilenet() {
  return {"mobilenet", "MobileNet v1, a classifier",
          [](const StateDict& state) { return state.has("conv_dw_1/depthwise_kernel"); },
          build_mobilenet};
}

FamilyEntry squeezenet() {
  return {"squeezenet", "SqueezeNet, a classifier",
          [](const StateDict& state) {
            return state.has("features.3.squeeze.weight") && state.has("classifier.1.weight");
          },
          build_squeezenet};
}

FamilyEntry alexnet() {
  return {"alexnet", "AlexNet, a classifier",
          [](const StateDict& state) {
            return state.has("features.10.weight") && state.has("classifier.6.weight") &&
                   state.has("classifier.1.weight") && state.has("classifier.4.weight");
          },
          build_alexnet};
}

FamilyEntry vgg() {
  return {"vgg", "VGG, a classifier",
          [](const StateDict& state) {
            return state.has("features.0.weight") && state.has("classifier.6.weight") &&
                   state.has("classifier.0.weight") && state.has("classifier.3.weight") &&
                   state.shape("classifier.0.weight").size() == 2;
          },
          build_vgg};
}

}  // namespace ganvas
