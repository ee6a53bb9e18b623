// What graphs of several families are built by.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/build.h"

#include <cmath>
#include <stdexcept>

#include "ganvas/core/error.h"

namespace ganvas {

int64_t scale_of(int64_t made, int64_t channels) {
  const auto scale = std::lround(std::sqrt(double(made) / double(channels)));
  require(scale >= 1 && scale <= 16 && scale * scale * channels == made, "got ", made,
          " channels for ", channels, ", expected a square times as many");
  return scale;
}

void with_shapes_explained(const std::function<void()>& work) {
  try {
    work();
  } catch (const c10::Error& error) {
    throw Error(
        c10::str("has tensors that do not fit together (", error.what_without_backtrace(), ")"));
  } catch (const std::out_of_range&) {
    throw Error("has a tensor of fewer dimensions than it should have");
  }
}

void freeze(const Network& network) {
  for (const auto& [name, tensor] : network.parameters()) {
    tensor.set_requires_grad(false);
    require(tensor.isfinite().all().item<bool>(), "its ", name,
            " has numbers that are not finite; the file was damaged, or its training had failed");
  }
}

void complete_border(Foreign& made) {
  constexpr int64_t kMostChannels = 1 << 15, kMostMissing = 1024;
  constexpr double kMostPixels = 64,
                   kMostMore = 8192;  // along a side, for each of the input; all in all
  for (const auto& map : made.graph.scales()) {
    require(map.channels <= kMostChannels, "has a map of ", map.channels, " channels");
    require(map.scale <= kMostPixels && std::abs(map.offset) <= kMostMore, "has a map ", map.scale,
            " times as wide as its input, and ", map.offset, " pixels more");
  }
  const auto missing = std::lround(-made.graph.scale().offset);
  require(missing >= 0 && missing < kMostMissing && missing % (2 * made.scale) == 0, "leaves out ",
          missing, " pixels of its output, expected as many on each side");
  if (missing > 0) made.graph = with_border(made.graph, missing / (2 * made.scale));
}

Tensor Builder::bias_of(const std::string& name) {
  return biases_ == Biases::kAll ? state_.take(name + ".bias") : state_.take_if_any(name + ".bias");
}

size_t Builder::conv(const std::string& name, size_t x, int64_t stride, int64_t padding) {
  const auto weight = state_.take(name + ".weight");
  require(weight.dim() == 4 && weight.size(2) == weight.size(3), name, ".weight: got the shape ",
          weight.sizes(), ", expected a square kernel");
  return conv_of(weight, bias_of(name), x, stride, padding);
}

size_t Builder::grouped_conv(const std::string& name, size_t x, int64_t channels) {
  const auto weight = state_.take(name + ".weight");
  require(weight.dim() == 4 && channels % weight.size(1) == 0 && weight.size(2) == weight.size(3),
          name, ".weight: got the shape ", weight.sizes(), " for a map of ", channels, " channels");
  return conv_of(weight, bias_of(name), x, /*stride=*/1, /*padding=*/-1, channels / weight.size(1));
}

size_t Builder::conv_of(const Tensor& weight, const Tensor& bias, size_t x, int64_t stride,
                        int64_t padding, int64_t groups) {
  const int64_t kernel = weight.size(2), pad = padding < 0 ? kernel / 2 : padding;
  return graph_.add({.op = Op::kConv,
                     .inputs = {x},
                     .weight = weight,
                     .bias = bias,
                     .kernel = kernel,
                     .stride = stride,
                     .groups = groups,
                     .pads = {pad, pad, pad, pad}});
}

size_t Builder::transposed(const std::string& name, size_t x, int64_t stride, int64_t padding,
                           int64_t output_padding) {
  const auto weight = state_.take(name + ".weight");
  require(weight.dim() == 4 && weight.size(2) == weight.size(3), name, ".weight: got the shape ",
          weight.sizes(), ", expected a square kernel");
  return graph_.add({.op = Op::kTransposedConv,
                     .inputs = {x},
                     .weight = weight,
                     .bias = bias_of(name),
                     .kernel = weight.size(2),
                     .stride = stride,
                     .pads = {padding, padding, padding, padding},
                     .output_padding = output_padding});
}

size_t Builder::batch_norm(const std::string& name, size_t x) {
  constexpr double kEps = 1e-5;
  const auto mean = state_.take(name + ".running_mean"), var = state_.take(name + ".running_var");
  auto scale = (var.to(at::kDouble) + kEps).rsqrt();
  const auto weight = state_.take_if_any(name + ".weight"),
             bias = state_.take_if_any(name + ".bias");
  if (weight.defined()) scale = scale * weight;
  auto shift = -mean.to(at::kDouble) * scale;
  if (bias.defined()) shift = shift + bias;
  return graph_.add({.op = Op::kAffine,
                     .inputs = {x},
                     .weight = scale.to(at::kFloat),
                     .bias = shift.to(at::kFloat)});
}

size_t Builder::prelu(const std::string& name, size_t x) {
  return graph_.add({.op = Op::kPRelu, .inputs = {x}, .weight = state_.take(name + ".weight")});
}

size_t Builder::leaky(size_t x, double slope) {
  return graph_.add({.op = Op::kLeakyRelu, .inputs = {x}, .value = slope});
}

}  // namespace ganvas
