// A network as a list of steps: its steps, and how its maps lie to its input.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/graph.h"

#include <algorithm>
#include <cmath>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

/// A side of n pixels becomes `times` * n + `more`.
void resize(MapScale& map, double times, double more) {
  map.scale *= times;
  map.offset = map.offset * times + more;
}

/// What a step makes of the widest of its inputs.
MapScale scale_after(const Step& step, MapScale in) {
  const auto widen = [&](double pixels) {
    if (in.reach) *in.reach += pixels / in.scale;
  };
  const double window = double(step.dilation) * double(step.kernel - 1);
  const double pads = double(step.pads[1]) + double(step.pads[3]);  // of rows; columns have as many
  const double uneven = std::abs(double(step.pads[1]) - double(step.pads[3]));
  constexpr double kSmall = 1e-6;  // sums of thirds are not exact
  const auto factor = static_cast<double>(step.factor), stride = static_cast<double>(step.stride);
  switch (step.op) {
    case Op::kConv:
    case Op::kMaxPool:
    case Op::kMeanPool:
      widen(window / 2 + uneven / 2 + stride - 1);
      resize(in, 1 / stride, (pads - window - 1) / stride + 1);
      in.offset = step.rounds_up ? std::ceil(in.offset - kSmall) : std::floor(in.offset + kSmall);
      break;
    case Op::kTransposedConv:
      widen(std::ceil((window + uneven) / 2 / stride));
      resize(in, stride, window + 1 - stride - pads + double(step.output_padding));
      break;
    case Op::kCrop:
      resize(in, 1, -pads);
      break;
    case Op::kPad:
    case Op::kReflectionPad:
    case Op::kReplicationPad:
      resize(in, 1, pads);
      break;
    case Op::kBilinear:
    case Op::kBicubic:
    case Op::kCubic:
      widen((step.op == Op::kBilinear ? 1 : 2) / std::min(1.0, step.value));
      resize(in, step.value, 0);
      break;
    case Op::kNearest:
      widen(std::max(0.0, 1 / step.value - 1));
      resize(in, step.value, 0);
      break;
    case Op::kSampleAt:
      in.reach.reset();  // as far as the second map says
      [[fallthrough]];
    case Op::kPixelShuffle:
    case Op::kDepthToSpace:
      resize(in, factor, 0);
      break;
    case Op::kPixelUnshuffle:
      widen(factor - 1);
      resize(in, 1 / factor, 0);
      break;
    case Op::kGlobalMean:
    case Op::kLinear:
    case Op::kInstanceNorm:
    case Op::kGroupNorm:
      in.reach.reset();
      break;
    default:
      break;
  }
  return in;
}

int64_t channels_after(const Step& step, int64_t before) {
  switch (step.op) {
    case Op::kConv:
    case Op::kLinear:
      return step.weight.size(0);
    case Op::kTransposedConv:
      return step.weight.size(1) * step.groups;
    case Op::kSlice:
      return step.count;
    case Op::kPixelUnshuffle:
      return before * step.factor * step.factor;
    case Op::kPixelShuffle:
    case Op::kDepthToSpace:
      return before / (step.factor * step.factor);
    default:
      return before;
  }
}

/// How many maps a step takes.
void require_inputs(const Step& step, size_t number) {
  const bool takes_two = step.op == Op::kAdd || step.op == Op::kSubtract ||
                         step.op == Op::kMultiply || step.op == Op::kSampleAt;
  const size_t least = takes_two ? 2 : 1;
  const size_t most = step.op == Op::kConcat ? 256 : step.op == Op::kCrop ? 2 : least;
  require(step.inputs.size() >= least && step.inputs.size() <= most, "graph: step ", number,
          " takes ", step.inputs.size(), " maps, expected ", least, " to ", most);
}

/// The shapes that a step's weights have to each other.
void require_weights(const Step& step, size_t number) {
  const bool is_transposed = step.op == Op::kTransposedConv;
  const bool is_linear = step.op == Op::kLinear;
  if (step.op == Op::kConv || is_transposed || is_linear) {
    const auto& weight = step.weight;
    require(weight.defined() && weight.dim() == (is_linear ? 2 : 4) && weight.numel() > 0,
            "graph: step ", number, " has no weights of a layer");
    const int64_t outputs = is_transposed ? weight.size(1) * step.groups : weight.size(0);
    require(!step.bias.defined() || step.bias.numel() == outputs, "graph: step ", number,
            " has a bias of ", step.bias.defined() ? step.bias.numel() : 0, " numbers for ",
            outputs, " channels");
    return;
  }
  const bool is_affine = step.op == Op::kAffine;
  require(!is_affine || (step.weight.defined() && step.bias.defined() &&
                         step.weight.numel() == step.bias.numel()),
          "graph: step ", number, " has no factor and shift for each channel");
  require(step.op != Op::kPRelu || (step.weight.defined() && step.weight.numel() > 0),
          "graph: step ", number, " has no slopes");
}

}  // namespace

size_t Graph::add(Step step) {
  constexpr size_t kMostSteps = 8192;
  require(steps_.size() < kMostSteps, "graph: has over ", kMostSteps, " steps");
  require_inputs(step, steps_.size());
  require_weights(step, steps_.size());
  for (const auto input : step.inputs) {
    require(input <= steps_.size(), "graph: step ", steps_.size(), " takes map ", input,
            ", which is not made yet");
  }
  steps_.push_back(std::move(step));
  return steps_.size();
}

std::vector<MapScale> Graph::scales() const {
  std::vector<MapScale> maps = {{.channels = 4, .scale = 1, .offset = 0, .reach = 0}};
  for (const auto& step : steps_) {
    auto in = maps[step.inputs[0]];
    for (const auto input : step.inputs) {
      const auto& other = maps[input].reach;
      if (!in.reach || !other) {
        in.reach.reset();
      } else {
        in.reach = std::max(*in.reach, *other);
      }
    }
    if (step.op == Op::kCrop && step.inputs.size() == 2) {
      // As large as the other map; where it lies to the input is not told, so all of it counts.
      in.scale = maps[step.inputs[1]].scale;
      in.offset = maps[step.inputs[1]].offset;
      in.reach.reset();
      maps.push_back(in);
      continue;
    }
    int64_t channels = 0;
    for (const auto input : step.inputs) channels += maps[input].channels;
    maps.push_back(scale_after(step, in));
    maps.back().channels = channels_after(step, step.op == Op::kConcat ? channels : in.channels);
  }
  return maps;
}

int64_t Graph::multiple() const {
  constexpr int64_t kMost = 1024;
  constexpr double kWhole = 1e-6;
  const auto all = scales();
  for (int64_t m = 1; m <= kMost; ++m) {
    const bool is_whole = std::all_of(all.begin(), all.end(), [&](const MapScale& map) {
      const double side = static_cast<double>(m) * map.scale;
      return std::abs(side - std::round(side)) < kWhole;
    });
    if (is_whole) return m;
  }
  throw Error(c10::str("graph: wants sides of multiples of more than ", kMost));
}

int64_t Graph::parameter_count() const {
  int64_t count = 0;
  for (const auto& step : steps_) {
    for (const auto* tensor : {&step.weight, &step.bias}) {
      if (tensor->defined()) count += tensor->numel();
    }
  }
  return count;
}

Graph with_border(const Graph& graph, int64_t pixels) {
  Graph made;
  made.add({.op = Op::kReplicationPad, .inputs = {0}, .pads = {pixels, pixels, pixels, pixels}});
  for (auto step : graph.steps()) {
    for (auto& input : step.inputs) ++input;
    made.add(std::move(step));
  }
  return made;
}

}  // namespace ganvas
