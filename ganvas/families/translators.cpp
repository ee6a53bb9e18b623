// Networks that keep an image's size: the generators of pix2pix, CycleGAN and CUT, and DnCNN.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

/// The norm behind a convolution as junyanz's programs use it: of instances, which has no tensors, or of batches,
/// by the statistics of the image at hand.
size_t norm_of_image(StateDict& state, Graph& graph, const std::string& name, size_t x) {
  state.take_if_any(name + ".running_mean");  // not used
  state.take_if_any(name + ".running_var");
  const auto& before = graph.steps()[x - 1];  // the convolution
  return graph.add({.op = Op::kInstanceNorm,
                    .inputs = {x},
                    .weight = state.take_if_any(name + ".weight"),
                    .bias = state.take_if_any(name + ".bias"),
                    .count = before.weight.size(before.op == Op::kConv ? 0 : 1)});
}

/// Halves a map by a blurring kernel, each channel by itself: Zhang, ICML 2019 (arXiv:1904.11486), as CUT has it.
size_t blurred_half(StateDict& state, Graph& graph, const std::string& name, size_t x) {
  const auto filter = state.take(name + ".filt");
  require(filter.dim() == 4 && filter.size(2) == filter.size(3), name, ".filt: got the shape ",
          filter.sizes());
  const int64_t side = filter.size(2), before = (side - 1) / 2, after = side - 1 - before;
  const auto padded =
      graph.add({.op = Op::kReflectionPad, .inputs = {x}, .pads = {before, before, after, after}});
  return graph.add({.op = Op::kConv,
                    .inputs = {padded},
                    .weight = filter,
                    .kernel = side,
                    .stride = 2,
                    .groups = filter.size(0)});
}

/// Doubles a map likewise.
size_t blurred_double(StateDict& state, Graph& graph, const std::string& name, size_t x) {
  const auto filter = state.take(name + ".filt");
  require(filter.dim() == 4 && filter.size(2) == filter.size(3), name, ".filt: got the shape ",
          filter.sizes());
  const int64_t side = filter.size(2), cut = 2 + (side - 1) / 2;
  const auto padded = graph.add({.op = Op::kReplicationPad, .inputs = {x}, .pads = {1, 1, 1, 1}});
  return graph.add({.op = Op::kTransposedConv,
                    .inputs = {padded},
                    .weight = filter,
                    .kernel = side,
                    .stride = 2,
                    .groups = filter.size(0),
                    .pads = {cut, cut, cut, cut}});
}

/// The ResNet of Johnson et al. as CycleGAN has it: layers are numbered with those that have no tensors.
class ResNetBuilder {
 public:
  ResNetBuilder(StateDict& state, Graph& graph)
      : state_(state), graph_(graph), to_(state, graph, Builder::Biases::kSome) {}

  void build() {
    auto x = normed("model.1", to_.conv("model.1", to_.padded(Op::kReflectionPad, 0, 3), 1, 0), 2);
    const auto layers = state_.numbers("model.", 3);
    bool has_blocks = false;
    for (size_t i = 1; i + 1 < layers.size(); ++i) {
      const auto name = c10::str("model.", layers[i]);
      if (state_.has_any(name + ".conv_block.")) {
        x = block(name + ".conv_block.", x);
        has_blocks = true;
      } else if (state_.has(name + ".filt")) {
        x = has_blocks ? blurred_double(state_, graph_, name, x)
                       : blurred_half(state_, graph_, name, x);
      } else if (state_.has(name + ".weight") && state_.shape(name + ".weight").size() == 4) {
        x = layer(name, layers[i], has_blocks, x);
      }  // a norm belongs to the convolution before it
    }
    to_.plain(Op::kTanh, to_.conv(c10::str("model.", layers.back()),
                                  to_.padded(Op::kReflectionPad, x, 3), 1, 0));
  }

 private:
  size_t normed(const std::string&, size_t x, int64_t norm) {
    return to_.relu(norm_of_image(state_, graph_, c10::str("model.", norm), x));
  }

  size_t layer(const std::string& name, int64_t number, bool is_behind_blocks, size_t x) {
    const bool is_blurred = state_.has(c10::str("model.", number + 3, ".filt")) ||
                            state_.has(c10::str("model.", number - 1, ".filt"));
    if (is_blurred) return normed(name, to_.conv(name, x), number + 1);
    if (!is_behind_blocks) return normed(name, to_.conv(name, x, /*stride=*/2), number + 1);
    return normed(name, to_.transposed(name, x, /*stride=*/2, /*padding=*/1, /*output_padding=*/1),
                  number + 1);
  }

  /// Pad, convolution, norm, ReLU, perhaps dropout, and the first three again.
  size_t block(const std::string& name, size_t x) {
    const bool drops = state_.has(name + "6.weight") && state_.shape(name + "6.weight").size() == 4;
    const int64_t second = drops ? 6 : 5;
    const auto half = [&](size_t map, int64_t number) {
      const auto made =
          to_.conv(c10::str(name, number), to_.padded(Op::kReflectionPad, map, 1), 1, 0);
      return norm_of_image(state_, graph_, c10::str(name, number + 1), made);
    };
    return to_.sum(x, half(to_.relu(half(x, 1)), second));
  }

  StateDict& state_;
  Graph& graph_;
  Builder to_;
};

Foreign build_resnet(StateDict& state) {
  Foreign made{.range = ValueRange::kSigned, .multiple = 4};
  made.channels_in = state.size("model.1.weight", 1);
  const auto last = c10::str("model.", state.numbers("model.", 3).back(), ".weight");
  made.channels_out = state.size(last, 0);
  ResNetBuilder(state, made.graph).build();
  return made;
}

/// The U-Net of pix2pix: each level lies in the one above it.
class UnetBuilder {
 public:
  UnetBuilder(StateDict& state, Graph& graph)
      : state_(state), graph_(graph), to_(state, graph, Builder::Biases::kSome) {}

  int64_t levels() const { return levels_; }

  void build() {
    const auto down = halved("model.model.0", 0);
    ++levels_;
    const auto inner = level("model.model.1.model.", down);
    to_.plain(Op::kTanh, doubled("model.model.3", to_.relu(inner)));
  }

 private:
  size_t halved(const std::string& name, size_t x) { return to_.conv(name, x, 2, 1); }
  size_t doubled(const std::string& name, size_t x) { return to_.transposed(name, x, 2, 1, 0); }

  /// The level's input and what it makes of it, joined.
  size_t level(const std::string& name, size_t x) {
    constexpr int64_t kDeepest = 10;
    require(++levels_ <= kDeepest, "has over ", kDeepest, " levels");
    auto y = halved(name + "1", to_.leaky(x, 0.2));
    const bool is_innermost = !state_.has_any(name + "3.model.");
    if (!is_innermost) {
      y = norm_of_image(state_, graph_, name + "2", y);
      y = level(name + "3.model.", y);
    }
    const int64_t up = is_innermost ? 3 : 5;
    y = doubled(c10::str(name, up), to_.relu(y));
    return to_.joined({x, norm_of_image(state_, graph_, c10::str(name, up + 1), y)});
  }

  StateDict& state_;
  Graph& graph_;
  Builder to_;
  int64_t levels_ = 0;
};

Foreign build_unet(StateDict& state) {
  Foreign made{.range = ValueRange::kSigned};
  made.channels_in = state.size("model.model.0.weight", 1);
  made.channels_out = state.size("model.model.3.weight", 1);
  UnetBuilder builder(state, made.graph);
  builder.build();
  made.multiple = int64_t{1} << builder.levels();
  return made;
}

// Zhang et al., TIP 2017 (arXiv:1608.03981), norms folded into the convolutions: what is found is noise.
Foreign build_dncnn(StateDict& state) {
  Foreign made;
  Builder to(state, made.graph);
  const auto layers = state.numbers("model.", 1);
  size_t x = 0;
  for (const auto i : layers) {
    x = to.conv(c10::str("model.", i), x);
    if (i != layers.back()) x = to.relu(x);
  }
  made.channels_in = state.size("model.0.weight", 1);
  made.channels_out = state.size(c10::str("model.", layers.back(), ".weight"), 0);
  require(made.channels_in == made.channels_out, "got ", made.channels_in, " channels in and ",
          made.channels_out, " out, expected equal numbers");
  to.difference(0, x);
  return made;
}

bool has_shape(const StateDict& state, const std::string& name, size_t dimensions, int64_t kernel) {
  if (!state.has(name)) return false;
  const auto shape = state.shape(name);
  return shape.size() == dimensions && shape.back() == kernel;
}

}  // namespace

FamilyEntry cyclegan_resnet() {
  return {"cyclegan-resnet", "the ResNet generator of CycleGAN, pix2pix and CUT",
          [](const StateDict& state) {
            const auto layers = state.numbers("model.");
            return has_shape(state, "model.1.weight", 4, 7) &&
                   std::any_of(layers.begin(), layers.end(), [&](int64_t i) {
                     return state.has_any(c10::str("model.", i, ".conv_block."));
                   });
          },
          build_resnet};
}

FamilyEntry pix2pix_unet() {
  return {"pix2pix-unet", "the U-Net generator of pix2pix",
          [](const StateDict& state) {
            return has_shape(state, "model.model.0.weight", 4, 4) &&
                   state.has("model.model.3.weight");
          },
          build_unet};
}

FamilyEntry dncnn() {
  return {"dncnn", "DnCNN, of KAIR",
          [](const StateDict& state) {
            const auto layers = state.numbers("model.");
            return has_shape(state, "model.0.weight", 4, 3) && layers.size() > 3 &&
                   std::all_of(layers.begin(), layers.end(), [&](int64_t i) {
                     return i % 2 == 0 && has_shape(state, c10::str("model.", i, ".weight"), 4, 3);
                   });
          },
          build_dncnn};
}

}  // namespace ganvas
