// What each layer of ncnn adds to a graph; the numbers of their parameters are those of ncnn's documentation.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/private/ncnn_layers.h"

#include <algorithm>

namespace ganvas::ncnn {
namespace {

using PlayLayer = void (*)(Player& player, const LayerLine& layer);

/// Kernel, stride and borders, as plain and transposed convolutions say them.
Step window_of(Player& player, const LayerLine& layer, Op op) {
  const int64_t kernel = layer.integer(1), pad = layer.integer(4);
  Step step{.op = op,
            .inputs = {player.input(layer)},
            .kernel = kernel,
            .stride = layer.integer(3, 1),
            .dilation = layer.integer(2, 1),
            .groups = std::max<int64_t>(1, layer.integer(7, 1)),
            .pads = {pad, layer.integer(14, pad), layer.integer(15, pad),
                     layer.integer(16, layer.integer(14, pad))},
            .output_padding = layer.integer(18)};
  require(kernel > 0 && layer.integer(11, kernel) == kernel && step.stride > 0 &&
              layer.integer(13, step.stride) == step.stride && step.dilation > 0,
          "layer ", layer.name, ": got a kernel that is no square, or has no size");
  for (const auto side : step.pads) {
    require(side >= 0 && side < 1000, "layer ", layer.name, ": got a padding of ", side);
  }
  return step;
}

/// The weights of a layer as [outputs, inputs, k, k], and its bias.
void take_weights(Player& player, const LayerLine& layer, Step& step) {
  const int64_t outputs = layer.integer(0), count = layer.integer(6);
  const int64_t square = step.kernel * step.kernel, groups = step.groups;
  require(outputs > 0 && outputs % groups == 0 && count > 0 && count <= kMostNumbers &&
              count % (outputs * square) == 0,
          "layer ", layer.name, ": got ", count, " weights for ", outputs, " channels of ", square);
  const auto flat = player.numbers().take_tagged(count);
  step.weight = flat.view({outputs, count / (outputs * square), step.kernel, step.kernel});
  if (layer.integer(5) != 0) step.bias = player.numbers().take(outputs);
}

void play_convolution(Player& player, const LayerLine& layer) {
  auto step = window_of(player, layer, Op::kConv);
  take_weights(player, layer, step);
  player.add_activation(layer, player.add(step));
}

void play_deconvolution(Player& player, const LayerLine& layer) {
  auto step = window_of(player, layer, Op::kTransposedConv);
  take_weights(player, layer, step);
  require(step.groups == 1, "layer ", layer.name, ": is a transposed convolution of groups");
  step.weight = step.weight.transpose(0, 1).contiguous();
  player.add_activation(layer, player.add(step));
}

void play_inner_product(Player& player, const LayerLine& layer) {
  const int64_t outputs = layer.integer(0), count = layer.integer(2);
  require(outputs > 0 && count > 0 && count <= kMostNumbers && count % outputs == 0, "layer ",
          layer.name, ": got ", count, " weights for ", outputs, " outputs");
  Step step{.op = Op::kLinear, .inputs = {player.input(layer)}};
  step.weight = player.numbers().take_tagged(count).view({outputs, count / outputs});
  if (layer.integer(1) != 0) step.bias = player.numbers().take(outputs);
  player.add_activation(layer, player.add(step));
}

void play_pooling(Player& player, const LayerLine& layer) {
  const bool is_mean = layer.integer(0) == 1;
  if (layer.integer(4) == 1) {
    require(is_mean, "layer ", layer.name, ": pools the maximum of a whole map");
    return player.make(layer, player.add({.op = Op::kGlobalMean, .inputs = {player.input(layer)}}));
  }
  const int64_t pad = layer.integer(3);
  player.make(layer, player.add({.op = is_mean ? Op::kMeanPool : Op::kMaxPool,
                                 .inputs = {player.input(layer)},
                                 .kernel = layer.integer(1),
                                 .stride = layer.integer(2, 1),
                                 .pads = {pad, pad, pad, pad},
                                 .rounds_up = layer.integer(5) == 0}));
}

void play_prelu(Player& player, const LayerLine& layer) {
  player.make(layer, player.add({.op = Op::kPRelu,
                                 .inputs = {player.input(layer)},
                                 .weight = player.numbers().take(layer.integer(0))}));
}

void play_leaky_relu(Player& player, const LayerLine& layer) {
  player.make(layer, player.add({.op = Op::kLeakyRelu,
                                 .inputs = {player.input(layer)},
                                 .value = layer.number(0)}));
}

template <Op op>
void play_plain(Player& player, const LayerLine& layer) {
  player.make(layer, player.add({.op = op, .inputs = {player.input(layer)}}));
}

void play_alias(Player& player, const LayerLine& layer) {
  player.make(layer, player.input(layer));
}

void play_input(Player& player, const LayerLine& layer) {
  player.make(layer, 0);
}

void play_binary(Player& player, const LayerLine& layer) {
  const int64_t kind = layer.integer(0);
  const auto x = player.input(layer);
  if (layer.integer(1) == 1) {
    const double b = layer.number(2);
    require(kind <= 3 && (kind != 3 || b != 0), "layer ", layer.name, ": combines by ", kind);
    Step step{.op = Op::kScale, .inputs = {x}, .value = 1};
    if (kind == 0) step.offset = b;
    if (kind == 1) step.offset = -b;
    if (kind == 2) step.value = b;
    if (kind == 3) step.value = 1 / b;
    return player.make(layer, player.add(step));
  }
  require(kind >= 0 && kind <= 2, "layer ", layer.name, ": combines two maps by ", kind,
          ", expected to add, subtract or multiply");
  const auto op = kind == 0 ? Op::kAdd : kind == 1 ? Op::kSubtract : Op::kMultiply;
  player.make(layer, player.add({.op = op, .inputs = {x, player.input(layer, 1)}}));
}

void play_eltwise(Player& player, const LayerLine& layer) {
  const int64_t kind = layer.integer(0);
  const auto shares = layer.list(1);
  require(kind == 0 || kind == 1, "layer ", layer.name, ": combines maps by ", kind,
          ", expected a product or a sum");
  require(shares.empty() || shares.size() == layer.inputs.size(), "layer ", layer.name, ": got ",
          shares.size(), " factors for ", layer.inputs.size(), " maps");
  const auto term = [&](size_t i) {
    const auto map = player.input(layer, i);
    if (shares.empty() || shares[i] == 1) return map;
    return player.add({.op = Op::kScale, .inputs = {map}, .value = shares[i]});
  };
  auto map = term(0);
  for (size_t i = 1; i < layer.inputs.size(); ++i) {
    map = player.add({.op = kind == 0 ? Op::kMultiply : Op::kAdd, .inputs = {map, term(i)}});
  }
  player.make(layer, map);
}

void play_concat(Player& player, const LayerLine& layer) {
  require(layer.integer(0) == 0, "layer ", layer.name, ": joins maps along a side");
  Step step{.op = Op::kConcat, .inputs = {}};
  for (size_t i = 0; i < layer.inputs.size(); ++i) step.inputs.push_back(player.input(layer, i));
  player.make(layer, player.add(step));
}

/// By a map whose size is taken, by numbers for both sides, or by lists for named axes.
void play_crop(Player& player, const LayerLine& layer) {
  Step step{.op = Op::kCrop, .inputs = {player.input(layer)}};
  step.pads = {layer.integer(0), layer.integer(1), layer.integer(6), layer.integer(7)};
  if (layer.inputs.size() > 1) step.inputs.push_back(player.input(layer, 1));
  const auto starts = layer.list(9), ends = layer.list(10), axes = layer.list(11);
  require(starts.size() == ends.size() && starts.size() == axes.size(), "layer ", layer.name,
          ": got lists of different lengths");
  for (size_t i = 0; i < starts.size(); ++i) {
    const bool is_row = axes[i] == -2 || axes[i] == 1, is_column = axes[i] == -1 || axes[i] == 2;
    require((is_row || is_column) && ends[i] < 0, "layer ", layer.name,
            ": cuts otherwise than from both ends of rows or columns");
    step.pads[is_row ? 1 : 0] = static_cast<int64_t>(starts[i]);
    step.pads[is_row ? 3 : 2] = static_cast<int64_t>(-ends[i]);
  }
  for (const auto side : step.pads) {
    require(side >= 0, "layer ", layer.name, ": cuts ", side, " pixels");
  }
  player.make(layer, player.add(step));
}

void play_interp(Player& player, const LayerLine& layer) {
  const int64_t kind = layer.integer(0);
  const double factor = layer.number(1, 1);
  require(kind >= 1 && kind <= 3 && factor == layer.number(2, 1) && factor >= 1 && factor <= 64 &&
              factor == std::floor(factor),
          "layer ", layer.name, ": resizes by ", factor, " and ", layer.number(2, 1),
          ", expected one whole number");
  const auto op = kind == 1 ? Op::kNearest : kind == 2 ? Op::kBilinear : Op::kBicubic;
  player.make(layer, player.add({.op = op,
                                 .inputs = {player.input(layer)},
                                 .factor = static_cast<int64_t>(factor)}));
}

void play_pixel_shuffle(Player& player, const LayerLine& layer) {
  const int64_t factor = layer.integer(0, 1);
  require(factor >= 1 && factor <= 64 && layer.integer(1) == 0, "layer ", layer.name,
          ": makes pixels of channels in another order");
  player.make(
      layer,
      player.add({.op = Op::kPixelShuffle, .inputs = {player.input(layer)}, .factor = factor}));
}

void play_clip(Player& player, const LayerLine& layer) {
  require(layer.number(0) == 0, "layer ", layer.name,
          ": clips to a range that does not begin at 0");
  player.make(
      layer,
      player.add({.op = Op::kClamp, .inputs = {player.input(layer)}, .value = layer.number(1, 1)}));
}

const std::map<std::string, PlayLayer>& layers() {
  static const std::map<std::string, PlayLayer> all = {
      {"Input", play_input},
      {"Split", play_alias},
      {"Noop", play_alias},
      {"Dropout", play_alias},
      {"Convolution", play_convolution},
      {"ConvolutionDepthWise", play_convolution},
      {"Deconvolution", play_deconvolution},
      {"InnerProduct", play_inner_product},
      {"Pooling", play_pooling},
      {"PReLU", play_prelu},
      {"ReLU", play_leaky_relu},
      {"Sigmoid", play_plain<Op::kSigmoid>},
      {"TanH", play_plain<Op::kTanh>},
      {"Swish", play_plain<Op::kSilu>},
      {"Mish", play_plain<Op::kMish>},
      {"GELU", play_plain<Op::kGelu>},
      {"Clip", play_clip},
      {"BinaryOp", play_binary},
      {"Eltwise", play_eltwise},
      {"Concat", play_concat},
      {"Crop", play_crop},
      {"Interp", play_interp},
      {"PixelShuffle", play_pixel_shuffle},
  };
  return all;
}

}  // namespace

/// What ncnn fuses into the layer before it.
void Player::add_activation(const LayerLine& layer, size_t map) {
  const auto values = layer.list(10);
  switch (layer.integer(9)) {
    case 0:
      return make(layer, map);
    case 1:
      return make(layer, add({.op = Op::kLeakyRelu, .inputs = {map}}));
    case 2:
      return make(
          layer,
          add({.op = Op::kLeakyRelu, .inputs = {map}, .value = values.empty() ? 0 : values[0]}));
    case 3:
      require(values.size() == 2 && values[0] == 0, "layer ", layer.name,
              ": clips to a range that does not begin at 0");
      return make(layer, add({.op = Op::kClamp, .inputs = {map}, .value = values[1]}));
    case 4:
      return make(layer, add({.op = Op::kSigmoid, .inputs = {map}}));
    case 5:
      return make(layer, add({.op = Op::kMish, .inputs = {map}}));
    default:
      throw Error(c10::str("layer ", layer.name, ": has the activation ", layer.integer(9),
                           ", which is not known"));
  }
}

void Player::play(const LayerLine& layer) {
  const auto found = layers().find(layer.type);
  require(found != layers().end(), "layer ", layer.name, ": is a ", layer.type,
          ", which is not known here");
  found->second(*this, layer);
}

}  // namespace ganvas::ncnn
