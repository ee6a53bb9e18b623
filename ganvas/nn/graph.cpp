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
  const auto factor = static_cast<double>(step.factor), stride = static_cast<double>(step.stride);
  switch (step.op) {
    case Op::kConv:
    case Op::kMaxPool:
    case Op::kMeanPool:
      widen(window / 2);
      resize(in, 1 / stride, (pads - window - 1) / stride + 1);
      in.offset = step.rounds_up ? std::ceil(in.offset) : std::floor(in.offset);
      break;
    case Op::kTransposedConv:
      widen(std::ceil(window / 2 / stride));
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
      resize(in, step.value, 0);
      break;
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

}  // namespace

size_t Graph::add(Step step) {
  for (const auto input : step.inputs) {
    require(input <= steps_.size(), "graph: step ", steps_.size(), " takes map ", input,
            ", which is not made yet");
  }
  steps_.push_back(std::move(step));
  return steps_.size();
}

std::vector<MapScale> Graph::scales() const {
  std::vector<MapScale> maps = {{.scale = 1, .offset = 0, .reach = 0}};
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
    maps.push_back(scale_after(step, in));
  }
  return maps;
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

}  // namespace ganvas
