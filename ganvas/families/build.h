// What graphs of several families are built by.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "ganvas/families/family.h"

namespace ganvas {

/// The factor whose square times `channels` is `made`. Throws Error if there is none.
int64_t scale_of(int64_t made, int64_t channels);

/// Calls `work`, which builds or tries a network of a stranger's tensors: what torch says of tensors that do not fit
/// together is no text for people.
///   Throws Error: "has tensors that do not fit together (...)", and what `work` throws
void with_shapes_explained(const std::function<void()>& work);

/// Has nobody move a network's parameters.
///   Throws Error naming one with numbers that are not finite.
void freeze(const Network& network);

/// Checks which maps a graph makes, and has it repeat the pixels at the border of its input where its output leaves
/// some out, as waifu2x' do: then its output is `scale` times as large as its input.
///   Throws Error where a stranger's graph makes maps of absurd sizes.
void complete_border(Foreign& made);

/// Appends the layers of a state dict to a graph.
class Builder {
 public:
  /// Whether each convolution of the family has a bias, so that one without was lost.
  enum class Biases { kAll, kSome };

  Builder(StateDict& state, Graph& graph, Biases biases = Biases::kAll)
      : state_(state), graph_(graph), biases_(biases) {}

  /// A convolution of NAME.weight and NAME.bias. Its padding keeps the size unless said.
  size_t conv(const std::string& name, size_t x, int64_t stride = 1, int64_t padding = -1);

  /// The same of groups of channels: its weight sees a part of `channels`.
  size_t grouped_conv(const std::string& name, size_t x, int64_t channels);
  size_t transposed(const std::string& name, size_t x, int64_t stride, int64_t padding,
                    int64_t output_padding);

  /// The same of a weight and a bias at hand.
  size_t conv_of(const Tensor& weight, const Tensor& bias, size_t x, int64_t stride = 1,
                 int64_t padding = -1, int64_t groups = 1);

  /// A batch norm by its running statistics.
  size_t batch_norm(const std::string& name, size_t x);

  size_t prelu(const std::string& name, size_t x);
  size_t leaky(size_t x, double slope);
  size_t relu(size_t x) { return leaky(x, 0); }
  size_t plain(Op op, size_t x) { return graph_.add({.op = op, .inputs = {x}}); }
  size_t resized(Op op, size_t x, int64_t factor) {
    return graph_.add(
        {.op = op, .inputs = {x}, .factor = factor, .value = static_cast<double>(factor)});
  }
  size_t padded(Op op, size_t x, int64_t pad) {
    return graph_.add({.op = op, .inputs = {x}, .pads = {pad, pad, pad, pad}});
  }
  size_t sum(size_t x, size_t y) { return graph_.add({.op = Op::kAdd, .inputs = {x, y}}); }
  size_t difference(size_t x, size_t y) {
    return graph_.add({.op = Op::kSubtract, .inputs = {x, y}});
  }
  size_t scaled(size_t x, double value, double offset = 0) {
    return graph_.add({.op = Op::kScale, .inputs = {x}, .value = value, .offset = offset});
  }
  size_t joined(const std::vector<size_t>& maps) {
    return graph_.add({.op = Op::kConcat, .inputs = maps});
  }

 private:
  Tensor bias_of(const std::string& name);

  StateDict& state_;
  Graph& graph_;
  Biases biases_;
};

}  // namespace ganvas
