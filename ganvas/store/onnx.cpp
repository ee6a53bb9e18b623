// Writing networks as ONNX. Numbers of fields are those of onnx.proto, of operators those of opset 17.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/onnx.h"

#include <array>
#include <vector>

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/version.h"
#include "ganvas/store/private/onnx_attributes.h"

namespace ganvas {
namespace {

/// A GraphProto being written.
class GraphWriter {
 public:
  explicit GraphWriter(const Graph& graph) : graph_(graph) {}

  Message write(const OnnxNotes& notes) {
    is_padded_ = notes.multiple > 1;
    if (is_padded_) put_sides_padded(notes.multiple);
    for (size_t i = 0; i < graph_.steps().size(); ++i) put_step(i);
    if (is_padded_) put_sides_cut(notes.scale);
    Message made;
    for (const auto& node : nodes_) made.message(1, node);
    made.text(2, notes.name);
    for (const auto& tensor : tensors_) made.message(5, tensor);
    made.message(11, image("input", notes.channels_in, {"height", "width"}));
    made.message(12, image("output", notes.channels_out, {"height_out", "width_out"}));
    return made;
  }

 private:
  using Attributes = std::vector<Message>;

  /// What a map is called.
  std::string name(size_t map) const {
    if (map == 0) return is_padded_ ? "input.padded" : "input";
    if (map == graph_.steps().size()) return is_padded_ ? "output.padded" : "output";
    return c10::str("map", map);
  }

  static Message image(const std::string& name, int64_t channels,
                       const std::array<const char*, 2>& sides) {
    const auto named = [](const char* text) {
      Message dimension;
      dimension.text(2, text);
      return dimension;
    };
    Message count, shape, tensor, type, made;
    count.number(1, channels);
    shape.message(1, named("batch"));
    shape.message(1, count);
    for (const auto* side : sides) shape.message(1, named(side));
    tensor.number(1, 1);  // FLOAT
    tensor.message(2, shape);
    type.message(1, tensor);
    made.text(1, name);
    made.message(2, type);
    return made;
  }

  /// An initializer: F32, or I64. returns: its name
  std::string put_tensor(const std::string& name, const Tensor& tensor) {
    const auto stored = tensor.detach().cpu().contiguous();
    Message made;
    for (const auto side : stored.sizes()) made.number(1, side);
    made.number(2, stored.scalar_type() == at::kLong ? 7 : 1);
    made.text(8, name);
    made.text(9, {static_cast<const char*>(stored.const_data_ptr()), stored.nbytes()});
    tensors_.push_back(made);
    return name;
  }

  std::string put_list(const std::string& name, const std::vector<int64_t>& values) {
    return put_tensor(name, at::tensor(values, at::kLong));
  }

  void put_node(const char* kind, const std::vector<std::string>& inputs, const std::string& output,
                const Attributes& attributes = {}) {
    Message made;
    for (const auto& input : inputs) made.text(1, input);
    made.text(2, output);
    made.text(3, output);
    made.text(4, kind);
    for (const auto& item : attributes) made.message(5, item);
    nodes_.push_back(made);
  }

  std::vector<std::string> inputs_of(const Step& step) const {
    std::vector<std::string> names;
    for (const auto input : step.inputs) names.push_back(name(input));
    return names;
  }

  void put_sides_padded(int64_t multiple);
  void put_sides_cut(int64_t scale);
  void put_step(size_t i);
  void put_window(size_t i);
  void put_affine(size_t i);
  void put_resized(size_t i, const char* mode);
  void put_slice(size_t i);
  void put_pad(size_t i, const char* mode);
  void put_unshuffled(size_t i);
  void put_norm(size_t i);
  void put_group_norm(size_t i);
  void put_linear(size_t i);
  void put_activation(size_t i);

  const Graph& graph_;
  std::vector<Message> nodes_, tensors_;
  bool is_padded_ = false;  // from any size to a multiple, and back
};

/// The input repeated beyond its right and its lower side, to multiples.
void GraphWriter::put_sides_padded(int64_t multiple) {
  put_node("Shape", {"input"}, "sides",
           {attribute("start", int64_t{2}), attribute("end", int64_t{4})});
  put_node("Neg", {"sides"}, "sides.negative");
  put_node("Mod", {"sides.negative", put_list("multiple", {multiple})}, "sides.missing");
  put_node("Concat", {put_list("sides.none", {0, 0, 0, 0, 0, 0}), "sides.missing"}, "sides.pads",
           {attribute("axis", int64_t{0})});
  put_node("Pad", {"input", "sides.pads"}, "input.padded", {attribute("mode", "edge")});
}

void GraphWriter::put_sides_cut(int64_t scale) {
  put_node("Mul", {"sides", put_list("scale", {scale})}, "sides.made");
  put_node("Slice",
           {"output.padded", put_list("sides.begin", {0, 0}), "sides.made",
            put_list("sides.axes", {2, 3})},
           "output");
}

/// Convolutions, plain and transposed, and pools.
void GraphWriter::put_window(size_t i) {
  const auto& step = graph_.steps()[i];
  const auto& [left, top, right, bottom] = step.pads;
  Attributes attributes = {attribute("kernel_shape", std::vector<int64_t>(2, step.kernel)),
                           attribute("strides", std::vector<int64_t>(2, step.stride)),
                           attribute("pads", std::vector<int64_t>{top, left, bottom, right})};
  if (step.op == Op::kMaxPool || step.op == Op::kMeanPool) {
    attributes.push_back(attribute("ceil_mode", int64_t{step.rounds_up}));
    put_node(step.op == Op::kMaxPool ? "MaxPool" : "AveragePool", inputs_of(step), name(i + 1),
             attributes);
    return;
  }
  attributes.push_back(attribute("dilations", std::vector<int64_t>(2, step.dilation)));
  attributes.push_back(attribute("group", step.groups));
  const bool is_transposed = step.op == Op::kTransposedConv;
  if (is_transposed) {
    const std::vector<int64_t> more(2, step.output_padding);
    attributes.push_back(attribute("output_padding", more));
  }
  auto inputs = inputs_of(step);
  inputs.push_back(put_tensor(c10::str("step", i, ".weight"), step.weight));
  if (step.bias.defined()) inputs.push_back(put_tensor(c10::str("step", i, ".bias"), step.bias));
  put_node(is_transposed ? "ConvTranspose" : "Conv", inputs, name(i + 1), attributes);
}

/// x times something plus something, numbers or one for each channel.
void GraphWriter::put_affine(size_t i) {
  const auto& step = graph_.steps()[i];
  const auto n = c10::str("step", i);
  const auto by_channel = [](const Tensor& t) { return t.view({1, -1, 1, 1}); };
  const auto number = [](double value) { return at::tensor(static_cast<float>(value)); };
  const bool is_scale = step.op == Op::kScale;
  const auto factor = is_scale ? number(step.value) : by_channel(step.weight);
  const auto shift = is_scale ? number(step.offset) : by_channel(step.bias);
  put_node("Mul", {name(step.inputs[0]), put_tensor(n + ".weight", factor)}, n + ".scaled");
  put_node("Add", {n + ".scaled", put_tensor(n + ".bias", shift)}, name(i + 1));
}

void GraphWriter::put_resized(size_t i, const char* mode) {
  const auto& step = graph_.steps()[i];
  const auto factor = static_cast<float>(step.value);
  const bool is_nearest = step.op == Op::kNearest;
  Attributes attributes = {
      attribute("mode", mode),
      attribute("coordinate_transformation_mode", is_nearest ? "asymmetric" : "half_pixel")};
  if (is_nearest) attributes.push_back(attribute("nearest_mode", "floor"));
  if (step.op == Op::kBicubic) attributes.push_back(attribute("cubic_coeff_a", -0.75));
  if (step.op == Op::kCubic) {
    attributes.push_back(attribute("cubic_coeff_a", -0.5));
    attributes.push_back(attribute("exclude_outside", int64_t{1}));
  }
  const auto scales =
      put_tensor(c10::str("step", i, ".scales"), at::tensor({1.0F, 1.0F, factor, factor}));
  put_node("Resize", {name(step.inputs[0]), "", scales}, name(i + 1), attributes);
}

/// Channels taken, or borders cut off.
void GraphWriter::put_slice(size_t i) {
  const auto& step = graph_.steps()[i];
  require(step.inputs.size() == 1, "ONNX: a map that is cut to another's size has no twin there");
  constexpr int64_t kEnd = int64_t{1} << 62;
  const auto end = [](int64_t cut) { return cut == 0 ? kEnd : -cut; };
  const auto list = [&](const char* what, const std::vector<int64_t>& values) {
    return put_tensor(c10::str("step", i, what), at::tensor(values, at::kLong));
  };
  std::vector<int64_t> starts = {step.first}, ends = {step.first + step.count}, axes = {1};
  if (step.op == Op::kCrop) {
    starts = {step.pads[1], step.pads[0]};
    ends = {end(step.pads[3]), end(step.pads[2])};
    axes = {2, 3};
  }
  put_node(
      "Slice",
      {name(step.inputs[0]), list(".starts", starts), list(".ends", ends), list(".axes", axes)},
      name(i + 1));
}

void GraphWriter::put_pad(size_t i, const char* mode) {
  const auto& step = graph_.steps()[i];
  const auto& [left, top, right, bottom] = step.pads;
  const std::vector<int64_t> pads = {0, 0, top, left, 0, 0, bottom, right};
  const auto stored = put_tensor(c10::str("step", i, ".pads"), at::tensor(pads, at::kLong));
  put_node("Pad", {name(step.inputs[0]), stored}, name(i + 1), {attribute("mode", mode)});
}

/// Pixels as channels in torch's order, which SpaceToDepth has not: a convolution that picks them.
void GraphWriter::put_unshuffled(size_t i) {
  const auto& step = graph_.steps()[i];
  const int64_t f = step.factor, channels = step.count;
  require(channels > 0, "ONNX: pixels as channels of a map whose channels are not known");
  auto weight = at::zeros({channels * f * f, 1, f, f});
  for (int64_t c = 0; c < channels * f * f; ++c) weight[c][0][c / f % f][c % f] = 1;
  put_node("Conv", {name(step.inputs[0]), put_tensor(c10::str("step", i, ".weight"), weight)},
           name(i + 1),
           {attribute("strides", std::vector<int64_t>(2, f)), attribute("group", channels)});
}

void GraphWriter::put_norm(size_t i) {
  constexpr double kEps = 1e-5;
  const auto& step = graph_.steps()[i];
  const int64_t channels = step.weight.defined() ? step.weight.size(0) : step.count;
  require(channels > 0, "ONNX: an instance norm of a map whose channels are not known");
  const auto n = c10::str("step", i);
  const auto weight = step.weight.defined() ? step.weight : at::ones({channels});
  const auto bias = step.bias.defined() ? step.bias : at::zeros({channels});
  put_node("InstanceNormalization",
           {name(step.inputs[0]), put_tensor(n + ".weight", weight), put_tensor(n + ".bias", bias)},
           name(i + 1), {attribute("epsilon", kEps)});
}

/// Instance norm of groups of channels, then each channel's own factor and shift.
void GraphWriter::put_group_norm(size_t i) {
  const auto& step = graph_.steps()[i];
  const double eps = step.value > 0 ? step.value : 1e-5;
  const auto n = c10::str("step", i), x = name(step.inputs[0]);
  const auto by_channel = [](const Tensor& t) { return t.view({1, -1, 1, 1}); };
  const std::vector<int64_t> grouped = {0, step.groups, -1};
  put_node("Shape", {x}, n + ".shape");
  put_node("Reshape", {x, put_tensor(n + ".groups", at::tensor(grouped, at::kLong))},
           n + ".grouped");
  put_node("InstanceNormalization",
           {n + ".grouped", put_tensor(n + ".ones", at::ones({step.groups})),
            put_tensor(n + ".zeros", at::zeros({step.groups}))},
           n + ".normed", {attribute("epsilon", eps)});
  put_node("Reshape", {n + ".normed", n + ".shape"}, n + ".map");
  put_node("Mul", {n + ".map", put_tensor(n + ".weight", by_channel(step.weight))}, n + ".scaled");
  put_node("Add", {n + ".scaled", put_tensor(n + ".bias", by_channel(step.bias))}, name(i + 1));
}

/// Of maps of one pixel: a convolution.
void GraphWriter::put_linear(size_t i) {
  const auto& step = graph_.steps()[i];
  const auto n = c10::str("step", i);
  std::vector<std::string> inputs = {
      name(step.inputs[0]), put_tensor(n + ".weight", step.weight.unsqueeze(2).unsqueeze(3))};
  if (step.bias.defined()) inputs.push_back(put_tensor(n + ".bias", step.bias));
  put_node("Conv", inputs, name(i + 1));
}

void GraphWriter::put_activation(size_t i) {
  const auto& step = graph_.steps()[i];
  const auto inputs = inputs_of(step);
  const auto n = c10::str("step", i);
  switch (step.op) {
    case Op::kPRelu: {
      const auto slopes = put_tensor(n + ".weight", step.weight.view({-1, 1, 1}));
      return put_node("PRelu", {inputs[0], slopes}, name(i + 1));
    }
    case Op::kLeakyRelu:
      if (step.value == 0) return put_node("Relu", inputs, name(i + 1));
      return put_node("LeakyRelu", inputs, name(i + 1), {attribute("alpha", step.value)});
    case Op::kSigmoid:
      return put_node("Sigmoid", inputs, name(i + 1));
    case Op::kTanh:
      return put_node("Tanh", inputs, name(i + 1));
    case Op::kClamp: {
      const auto least = put_tensor(n + ".least", at::tensor(0.0F));
      const auto most = put_tensor(n + ".most", at::tensor(static_cast<float>(step.value)));
      return put_node("Clip", {inputs[0], least, most}, name(i + 1));
    }
    case Op::kSilu:
      put_node("Sigmoid", inputs, n + ".gate");
      return put_node("Mul", {inputs[0], n + ".gate"}, name(i + 1));
    case Op::kMish:
      put_node("Softplus", inputs, n + ".softplus");
      put_node("Tanh", {n + ".softplus"}, n + ".gate");
      return put_node("Mul", {inputs[0], n + ".gate"}, name(i + 1));
    default:
      throw Error(c10::str("ONNX: step ", i, " has no twin that is written",
                           step.op == Op::kSampleAt ? " (DySample)" : ""));
  }
}

void GraphWriter::put_step(size_t i) {
  const auto& step = graph_.steps()[i];
  const auto plain = [&](const char* kind, const Attributes& attributes = {}) {
    put_node(kind, inputs_of(step), name(i + 1), attributes);
  };
  const auto shuffled = [&](const char* mode) {
    plain("DepthToSpace", {attribute("blocksize", step.factor), attribute("mode", mode)});
  };
  switch (step.op) {
    case Op::kConv:
    case Op::kTransposedConv:
    case Op::kMaxPool:
    case Op::kMeanPool:
      return put_window(i);
    case Op::kAffine:
    case Op::kScale:
      return put_affine(i);
    case Op::kInstanceNorm:
      return put_norm(i);
    case Op::kAdd:
      return plain("Add");
    case Op::kSubtract:
      return plain("Sub");
    case Op::kMultiply:
      return plain("Mul");
    case Op::kConcat:
      return plain("Concat", {attribute("axis", int64_t{1})});
    case Op::kSlice:
    case Op::kCrop:
      return put_slice(i);
    case Op::kPad:
      return put_pad(i, "constant");
    case Op::kReflectionPad:
      return put_pad(i, "reflect");
    case Op::kReplicationPad:
      return put_pad(i, "edge");
    case Op::kNearest:
      return put_resized(i, "nearest");
    case Op::kBilinear:
      return put_resized(i, "linear");
    case Op::kBicubic:
    case Op::kCubic:
      return put_resized(i, "cubic");
    case Op::kPixelShuffle:
      return shuffled("CRD");
    case Op::kDepthToSpace:
      return shuffled("DCR");
    case Op::kPixelUnshuffle:
      return put_unshuffled(i);
    case Op::kGlobalMean:
      return plain("GlobalAveragePool");
    case Op::kLinear:
      return put_linear(i);
    case Op::kGroupNorm:
      return put_group_norm(i);
    default:
      return put_activation(i);
  }
}

}  // namespace

void write_onnx(const fs::path& path, const Graph& graph, const OnnxNotes& notes) {
  constexpr int64_t kFormat = 8, kOpset = 17;
  Message opset, model;
  opset.text(1, "");
  opset.number(2, kOpset);
  model.number(1, kFormat);
  model.text(2, "ganvas");
  model.text(3, kVersion);
  model.text(6, notes.text);
  model.message(7, GraphWriter(graph).write(notes));
  model.message(8, opset);
  AtomicFile file(path);
  file.write(model.bytes().data(), model.bytes().size());
  file.commit();
}

}  // namespace ganvas
