// What each layer of ncnn adds to a graph; the numbers of their parameters are those of ncnn's documentation.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/private/ncnn_layers.h"

#include <algorithm>

namespace ganvas::ncnn {
namespace {

using AddLayer = void (*)(GraphMaker& maker, const LayerLine& layer);

/// Kernel, stride and borders, as plain and transposed convolutions say them.
Step window_of(GraphMaker& maker, const LayerLine& layer, Op op) {
  const int64_t kernel = layer.integer(1), pad = layer.integer(4);
  Step step{.op = op,
            .inputs = {maker.input(layer)},
            .kernel = kernel,
            .stride = layer.integer(3, 1),
            .dilation = layer.integer(2, 1),
            .groups = std::max<int64_t>(1, layer.integer(7, 1)),
            .pads = {pad, layer.integer(14, pad), layer.integer(15, pad),
                     layer.integer(16, layer.integer(14, pad))},
            .output_padding = layer.integer(18)};
  require(layer.integer(12, step.dilation) == step.dilation && step.output_padding >= 0 &&
              step.output_padding < step.stride &&
              layer.integer(19, step.output_padding) == step.output_padding,
          "layer ", layer.name,
          ": got a dilation or an output padding that is not the same both ways");
  require(kernel > 0 && kernel < 1024 && step.stride < 64 && step.dilation < 1024 &&
              layer.integer(11, kernel) == kernel && step.stride > 0 &&
              layer.integer(13, step.stride) == step.stride && step.dilation > 0,
          "layer ", layer.name, ": got a kernel that is no square, or has no size");
  for (const auto side : step.pads) {
    require(side >= 0 && side < 1000, "layer ", layer.name, ": got a padding of ", side);
  }
  return step;
}

/// The weights of a layer as [outputs, inputs, k, k], and its bias.
void take_weights(GraphMaker& maker, const LayerLine& layer, Step& step) {
  const int64_t outputs = layer.integer(0), count = layer.integer(6);
  const int64_t square = step.kernel * step.kernel, groups = step.groups;
  require(outputs > 0 && outputs < (1 << 20) && groups > 0 && outputs % groups == 0 && count > 0 &&
              count <= kMostNumbers && count % (outputs * square) == 0,
          "layer ", layer.name, ": got ", count, " weights for ", outputs, " channels of ", square);
  const auto flat = maker.numbers().take_tagged(count);
  step.weight = flat.view({outputs, count / (outputs * square), step.kernel, step.kernel});
  if (layer.integer(5) != 0) step.bias = maker.numbers().take(outputs);
}

void add_convolution(GraphMaker& maker, const LayerLine& layer) {
  auto step = window_of(maker, layer, Op::kConv);
  take_weights(maker, layer, step);
  maker.add_activation(layer, maker.add(step));
}

void add_deconvolution(GraphMaker& maker, const LayerLine& layer) {
  auto step = window_of(maker, layer, Op::kTransposedConv);
  take_weights(maker, layer, step);
  require(step.groups == 1, "layer ", layer.name, ": is a transposed convolution of groups");
  step.weight = step.weight.transpose(0, 1).contiguous();
  maker.add_activation(layer, maker.add(step));
}

void add_inner_product(GraphMaker& maker, const LayerLine& layer) {
  const int64_t outputs = layer.integer(0), count = layer.integer(2);
  require(outputs > 0 && count > 0 && count <= kMostNumbers && count % outputs == 0, "layer ",
          layer.name, ": got ", count, " weights for ", outputs, " outputs");
  Step step{.op = Op::kLinear, .inputs = {maker.input(layer)}};
  step.weight = maker.numbers().take_tagged(count).view({outputs, count / outputs});
  if (layer.integer(1) != 0) step.bias = maker.numbers().take(outputs);
  maker.add_activation(layer, maker.add(step));
}

void add_pooling(GraphMaker& maker, const LayerLine& layer) {
  const bool is_mean = layer.integer(0) == 1;
  if (layer.integer(4) == 1) {
    require(is_mean, "layer ", layer.name, ": pools the maximum of a whole map");
    return maker.make(layer, maker.add({.op = Op::kGlobalMean, .inputs = {maker.input(layer)}}));
  }
  const int64_t pad = layer.integer(3), kernel = layer.integer(1), stride = layer.integer(2, 1);
  require(kernel > 0 && kernel < 1024 && stride > 0 && stride < 64 && pad >= 0 && pad < kernel &&
              layer.integer(11, kernel) == kernel && layer.integer(12, stride) == stride &&
              layer.integer(13, pad) == pad && layer.integer(14, pad) == pad &&
              layer.integer(15, pad) == pad && !(is_mean && pad > 0),
          "layer ", layer.name, ": pools otherwise than by a square, the same on all sides");
  maker.make(layer, maker.add({.op = is_mean ? Op::kMeanPool : Op::kMaxPool,
                               .inputs = {maker.input(layer)},
                               .kernel = layer.integer(1),
                               .stride = layer.integer(2, 1),
                               .pads = {pad, pad, pad, pad},
                               .rounds_up = layer.integer(5) == 0}));
}

void add_prelu(GraphMaker& maker, const LayerLine& layer) {
  maker.make(layer, maker.add({.op = Op::kPRelu,
                               .inputs = {maker.input(layer)},
                               .weight = maker.numbers().take(layer.integer(0))}));
}

void add_leaky_relu(GraphMaker& maker, const LayerLine& layer) {
  maker.make(
      layer,
      maker.add({.op = Op::kLeakyRelu, .inputs = {maker.input(layer)}, .value = layer.number(0)}));
}

template <Op op>
void add_plain(GraphMaker& maker, const LayerLine& layer) {
  maker.make(layer, maker.add({.op = op, .inputs = {maker.input(layer)}}));
}

void add_alias(GraphMaker& maker, const LayerLine& layer) {
  maker.make(layer, maker.input(layer));
}

void add_input(GraphMaker& maker, const LayerLine& layer) {
  maker.make(layer, 0);
}

void add_binary(GraphMaker& maker, const LayerLine& layer) {
  const int64_t kind = layer.integer(0);
  const auto x = maker.input(layer);
  if (layer.integer(1) == 1) {
    const double b = layer.number(2);
    require(kind >= 0 && kind <= 3 && (kind != 3 || b != 0), "layer ", layer.name, ": combines by ",
            kind);
    Step step{.op = Op::kScale, .inputs = {x}, .value = 1};
    if (kind == 0) step.offset = b;
    if (kind == 1) step.offset = -b;
    if (kind == 2) step.value = b;
    if (kind == 3) step.value = 1 / b;
    return maker.make(layer, maker.add(step));
  }
  require(kind >= 0 && kind <= 2, "layer ", layer.name, ": combines two maps by ", kind,
          ", expected to add, subtract or multiply");
  const auto op = kind == 0 ? Op::kAdd : kind == 1 ? Op::kSubtract : Op::kMultiply;
  maker.make(layer, maker.add({.op = op, .inputs = {x, maker.input(layer, 1)}}));
}

void add_eltwise(GraphMaker& maker, const LayerLine& layer) {
  const int64_t kind = layer.integer(0);
  const auto shares = layer.list(1);
  require(kind == 0 || kind == 1, "layer ", layer.name, ": combines maps by ", kind,
          ", expected a product or a sum");
  require(shares.empty() || shares.size() == layer.inputs.size(), "layer ", layer.name, ": got ",
          shares.size(), " factors for ", layer.inputs.size(), " maps");
  const auto term = [&](size_t i) {
    const auto map = maker.input(layer, i);
    if (shares.empty() || shares[i] == 1) return map;
    return maker.add({.op = Op::kScale, .inputs = {map}, .value = shares[i]});
  };
  auto map = term(0);
  for (size_t i = 1; i < layer.inputs.size(); ++i) {
    map = maker.add({.op = kind == 0 ? Op::kMultiply : Op::kAdd, .inputs = {map, term(i)}});
  }
  maker.make(layer, map);
}

void add_concat(GraphMaker& maker, const LayerLine& layer) {
  require(layer.integer(0) == 0, "layer ", layer.name, ": joins maps along a side");
  Step step{.op = Op::kConcat, .inputs = {}};
  for (size_t i = 0; i < layer.inputs.size(); ++i) step.inputs.push_back(maker.input(layer, i));
  maker.make(layer, maker.add(step));
}

/// By a map whose size is taken, by numbers for both sides, or by lists for named axes.
void add_crop(GraphMaker& maker, const LayerLine& layer) {
  Step step{.op = Op::kCrop, .inputs = {maker.input(layer)}};
  step.pads = {layer.integer(0), layer.integer(1), layer.integer(6), layer.integer(7)};
  if (layer.inputs.size() > 1) step.inputs.push_back(maker.input(layer, 1));
  const auto starts = layer.list(9), ends = layer.list(10), axes = layer.list(11);
  require(starts.size() == ends.size() && starts.size() == axes.size(), "layer ", layer.name,
          ": got lists of different lengths");
  for (size_t i = 0; i < starts.size(); ++i) {
    const bool is_row = axes[i] == -2 || axes[i] == 1, is_column = axes[i] == -1 || axes[i] == 2;
    require((is_row || is_column) && ends[i] < 0, "layer ", layer.name,
            ": cuts otherwise than from both ends of rows or columns");
    constexpr double kMost = 4096;
    require(starts[i] >= 0 && starts[i] < kMost && -ends[i] < kMost, "layer ", layer.name,
            ": cuts from ", starts[i], " to ", ends[i]);
    step.pads[is_row ? 1 : 0] = static_cast<int64_t>(starts[i]);
    step.pads[is_row ? 3 : 2] = static_cast<int64_t>(-ends[i]);
  }
  for (const auto side : step.pads) {
    require(side >= 0, "layer ", layer.name, ": cuts ", side, " pixels");
  }
  maker.make(layer, maker.add(step));
}

void add_interp(GraphMaker& maker, const LayerLine& layer) {
  const int64_t kind = layer.integer(0);
  const double factor = layer.number(1, 1);
  require(kind >= 1 && kind <= 3 && factor == layer.number(2, 1) && factor > 0 && factor <= 64,
          "layer ", layer.name, ": resizes by ", factor, " and ", layer.number(2, 1),
          ", expected one factor for both sides");
  const auto op = kind == 1 ? Op::kNearest : kind == 2 ? Op::kBilinear : Op::kBicubic;
  maker.make(layer, maker.add({.op = op, .inputs = {maker.input(layer)}, .value = factor}));
}

void add_pixel_shuffle(GraphMaker& maker, const LayerLine& layer) {
  const int64_t factor = layer.integer(0, 1);
  require(factor >= 1 && factor <= 64 && layer.integer(1) == 0, "layer ", layer.name,
          ": makes pixels of channels in another order");
  maker.make(
      layer,
      maker.add({.op = Op::kPixelShuffle, .inputs = {maker.input(layer)}, .factor = factor}));
}

void add_clip(GraphMaker& maker, const LayerLine& layer) {
  require(layer.number(0) == 0, "layer ", layer.name,
          ": clips to a range that does not begin at 0");
  maker.make(
      layer,
      maker.add({.op = Op::kClamp, .inputs = {maker.input(layer)}, .value = layer.number(1, 1)}));
}

/// A kind of layer: what it adds, and the parameters that it knows. Others than 0 are refused.
struct LayerKind {
  AddLayer add;
  std::vector<int64_t> keys;
};

const std::map<std::string, LayerKind>& layers() {
  const std::vector<int64_t> window = {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16};
  auto transposed = window;
  transposed.insert(transposed.end(), {18, 19});
  static const std::map<std::string, LayerKind> all = {
      {"Input", {add_input, {0, 1, 2, 3}}},
      {"Split", {add_alias, {}}},
      {"Noop", {add_alias, {}}},
      {"Dropout", {add_alias, {0}}},
      {"Convolution", {add_convolution, window}},
      {"ConvolutionDepthWise", {add_convolution, window}},
      {"Deconvolution", {add_deconvolution, transposed}},
      {"InnerProduct", {add_inner_product, {0, 1, 2, 9, 10}}},
      {"Pooling", {add_pooling, {0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 15}}},
      {"PReLU", {add_prelu, {0}}},
      {"ReLU", {add_leaky_relu, {0}}},
      {"Sigmoid", {add_plain<Op::kSigmoid>, {}}},
      {"TanH", {add_plain<Op::kTanh>, {}}},
      {"Swish", {add_plain<Op::kSilu>, {}}},
      {"Mish", {add_plain<Op::kMish>, {}}},
      {"GELU", {add_plain<Op::kGelu>, {}}},
      {"Clip", {add_clip, {0, 1}}},
      {"BinaryOp", {add_binary, {0, 1, 2}}},
      {"Eltwise", {add_eltwise, {0, 1}}},
      {"Concat", {add_concat, {0}}},
      {"Crop", {add_crop, {0, 1, 6, 7, 9, 10, 11}}},
      {"Interp", {add_interp, {0, 1, 2}}},
      {"PixelShuffle", {add_pixel_shuffle, {0, 1}}},
  };
  return all;
}

}  // namespace

/// What ncnn fuses into the layer before it.
void GraphMaker::add_activation(const LayerLine& layer, size_t map) {
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

void GraphMaker::add_layer(const LayerLine& layer) {
  const auto found = layers().find(layer.type);
  require(found != layers().end(), "layer ", layer.name, ": is a ", layer.type,
          ", which is not known here");
  const auto& [add, keys] = found->second;
  for (const auto& [key, values] : layer.values) {
    const bool is_known = std::find(keys.begin(), keys.end(), key) != keys.end();
    const bool is_zero = std::all_of(values.begin(), values.end(), [](double x) { return x == 0; });
    require(is_known || is_zero, "layer ", layer.name, ": a ", layer.type, " with the parameter ",
            key, " is not known here");
  }
  add(*this, layer);
}

}  // namespace ganvas::ncnn
