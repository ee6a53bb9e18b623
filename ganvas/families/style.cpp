// Johnson et al.'s transform net, ECCV 2016 (arXiv:1603.08155), in two forms.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

/// Of PyTorch's examples: mirrored borders, pixels repeated before convolutions.
class StyleBuilder {
 public:
  StyleBuilder(StateDict& state, Graph& graph) : state_(state), graph_(graph), to_(state, graph) {}

  void build() {
    auto x = normed("in1", conv("conv1", 0, 1));
    x = normed("in2", conv("conv2", x, 2));
    x = normed("in3", conv("conv3", x, 2));
    for (const auto i : state_.numbers("res", 1)) {
      const auto name = c10::str("res", i, ".");
      const auto y = normed(name + "in1", conv(name + "conv1", x, 1));
      x = to_.sum(norm(name + "in2", conv(name + "conv2", y, 1)), x);
    }
    x = normed("in4", conv("deconv1", to_.resized(Op::kNearest, x, 2), 1));
    x = normed("in5", conv("deconv2", to_.resized(Op::kNearest, x, 2), 1));
    conv("deconv3", x, 1);
  }

 private:
  size_t conv(const std::string& name, size_t x, int64_t stride) {
    const auto layer = name + ".conv2d";
    const int64_t pad = state_.size(layer + ".weight", 2) / 2;
    return to_.conv(layer, to_.padded(Op::kReflectionPad, x, pad), stride, 0);
  }
  size_t norm(const std::string& name, size_t x) {
    return graph_.add({.op = Op::kInstanceNorm,
                       .inputs = {x},
                       .weight = state_.take(name + ".weight"),
                       .bias = state_.take(name + ".bias")});
  }
  size_t normed(const std::string& name, size_t x) { return to_.relu(norm(name, x)); }

  StateDict& state_;
  Graph& graph_;
  Builder to_;
};

/// Of TensorFlow, its tensors numbered as they were made: a kernel, a shift and a scale for each layer. Borders are
/// zeros, uneven where a stride of two wants that.
class TensorFlowStyleBuilder {
 public:
  TensorFlowStyleBuilder(StateDict& state, Graph& graph)
      : state_(state), graph_(graph), to_(state, graph) {}

  void build() {
    constexpr int64_t kBlocks = 5;
    auto x = to_.relu(conv(0, 1));
    x = to_.relu(conv(x, 2));
    x = to_.relu(conv(x, 2));
    for (int64_t i = 0; i < kBlocks; ++i) {
      const auto y = to_.relu(conv(x, 1));
      x = to_.sum(x, conv(y, 1));
    }
    x = to_.relu(transposed(x));
    x = to_.relu(transposed(x));
    to_.scaled(to_.plain(Op::kTanh, conv(x, 1)), 150, 127.5);
  }

 private:
  Tensor next() {
    const auto name = number_ == 0 ? std::string("Variable") : c10::str("Variable_", number_);
    ++number_;
    return state_.take(name);
  }

  Tensor next_kernel() {
    const auto kernel = next();
    require(kernel.dim() == 4 && kernel.size(0) == kernel.size(1), "got a kernel of ",
            kernel.sizes(), ", expected a square one");
    return kernel.permute({3, 2, 0, 1}).contiguous();
  }

  size_t norm(size_t x) {
    constexpr double kEps = 1e-3;
    const auto shift = next(), scale = next();
    return graph_.add({.op = Op::kGroupNorm,
                       .inputs = {x},
                       .weight = scale,
                       .bias = shift,
                       .groups = scale.numel(),
                       .value = kEps});
  }

  size_t conv(size_t x, int64_t stride) {
    const auto weight = next_kernel();
    const int64_t kernel = weight.size(2), all = kernel - stride, before = all / 2;
    return norm(graph_.add({.op = Op::kConv,
                            .inputs = {x},
                            .weight = weight,
                            .kernel = kernel,
                            .stride = stride,
                            .pads = {before, before, all - before, all - before}}));
  }

  size_t transposed(size_t x) {
    const auto weight = next_kernel();
    return norm(graph_.add({.op = Op::kTransposedConv,
                            .inputs = {x},
                            .weight = weight,
                            .kernel = weight.size(2),
                            .stride = 2,
                            .pads = {0, 0, 1, 1}}));
  }

  StateDict& state_;
  Graph& graph_;
  Builder to_;
  int64_t number_ = 0;
};

Foreign build_tensorflow_style(StateDict& state) {
  Foreign made{.range = ValueRange::kLevels, .multiple = 4};
  TensorFlowStyleBuilder(state, made.graph).build();
  return made;
}

Foreign build_style(StateDict& state) {
  state.pass_over("running_mean");  // of files from before 2018, which do not use them
  state.pass_over("running_var");
  Foreign made{.range = ValueRange::kLevels, .multiple = 4};
  StyleBuilder(state, made.graph).build();
  return made;
}

}  // namespace

FamilyEntry style() {
  return {"style", "the transform net of fast neural style, of PyTorch's examples",
          [](const StateDict& state) {
            return state.has("conv1.conv2d.weight") && state.has("res1.conv1.conv2d.weight") &&
                   state.has("deconv3.conv2d.weight");
          },
          build_style};
}

FamilyEntry tensorflow_style() {
  return {"style-tensorflow", "the transform net of fast-style-transfer, of TensorFlow",
          [](const StateDict& state) {
            return state.has("Variable") && state.has("Variable_47") && !state.has("Variable_48");
          },
          build_tensorflow_style};
}

}  // namespace ganvas
