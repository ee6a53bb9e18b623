// Networks that other programs have trained, as a list of steps: for use, not for training.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ganvas/nn/network.h"

namespace ganvas {

enum class Op {
  kConv,            // weight [K, C / groups, k, k], bias
  kTransposedConv,  // weight [C, K, k, k], bias
  kLinear,          // of maps of one pixel; weight [K, C], bias
  kAffine,          // x * weight + bias, [C] each: a batch norm's running statistics
  kInstanceNorm,    // weight and bias [C], or undefined
  kGroupNorm,       // over `groups`; weight and bias [C]; value: epsilon, 1e-5 if 0
  kPRelu,           // weight [1] or [C]
  kLeakyRelu,       // value: the slope; 0 is ReLU
  kSigmoid,
  kTanh,
  kClamp,       // to [0, value]
  kSilu,        // x sigmoid(x)
  kMish,        // x tanh(softplus(x))
  kGelu,        // by the error function
  kScale,       // x * value + offset
  kSquareRoot,  // of x + offset
  kAdd,         // of two maps, or of a map and one of one pixel; also the next two
  kSubtract,
  kMultiply,
  kSampleAt,  // the first map `factor` times as large, read linearly at places that the second one moves; the
  // second has 2 `groups` channels: pixels of the first to the right, then down, for each group of channels
  kConcat,  // of channels
  kSlice,   // `count` channels from `first`
  kCrop,    // pads taken away; with a second map, to that one's size
  kPad,     // pads of zeros
  kReflectionPad,
  kReplicationPad,
  kNearest,         // each pixel repeated `factor` times both ways
  kBilinear,        // enlarged `factor` times, pixels as areas
  kBicubic,         // likewise, a = -0.75
  kCubic,           // likewise, a = -0.5, as resize() of image/resize.h
  kPixelShuffle,    // factor
  kPixelUnshuffle,  // factor
  kDepthToSpace,    // TensorFlow's order of channels, factor
  kGlobalMean,      // one pixel
  kMaxPool,         // kernel, stride, pads; sizes are rounded up if `rounds_up`
  kMeanPool         // of the pixels of a window that are the map's: pads do not count
};

/// Left, top, right, bottom.
using Sides = std::array<int64_t, 4>;

/// One step: a map made of others.
struct Step {
  Op op;
  std::vector<size_t> inputs;  // numbers of maps: 0 is the network's input, n what step n - 1 makes
  Tensor weight = {}, bias = {};
  int64_t kernel = 1, stride = 1, dilation = 1, groups = 1;
  Sides pads = {};
  int64_t output_padding = 0;
  int64_t factor = 1;            // of pixels and channels, kPixelShuffle to kDepthToSpace
  int64_t first = 0, count = 0;  // of channels; of a norm without weights how many there are
  double value = 0, offset = 0;
  bool rounds_up = false;
};

/// How a map's pixels belong to the input's.
struct MapScale {
  int64_t channels = 4;          // at most; of the input it is a guess
  double scale = 1, offset = 0;  // a side of n pixels becomes scale * n + offset
  std::optional<double> reach;   // pixels of the input around a place that it depends on; none: all
};

/// Steps in their order; the last one makes the output.
class Graph {
 public:
  /// Appends a step. returns: the number of its map.
  ///   Throws Error if it takes a map that is not made yet, or another number of them than its kind does, if its
  ///   weights do not fit together, or if there are too many steps.
  size_t add(Step step);

  const std::vector<Step>& steps() const { return steps_; }

  /// Of the output.
  MapScale scale() const { return scales().back(); }

  /// Of the input and each step's map.
  std::vector<MapScale> scales() const;

  /// What the sides of its input must be multiples of, so that those of each map are whole.
  ///   Throws Error if that is more than 1024.
  int64_t multiple() const;

  int64_t parameter_count() const;

 private:
  std::vector<Step> steps_;
};

/// The same graph on an input whose border is repeated by so many pixels.
Graph with_border(const Graph& graph, int64_t pixels);

/// The graph as a network; parameters are named "step3.weight". Maps are let go of after their last use.
///   shown: the maps that stages() gives, in this order; none: the last one
Network network_of(const Graph& graph, const std::vector<size_t>& shown = {});

}  // namespace ganvas
