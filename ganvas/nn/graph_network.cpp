// A network as a list of steps, at work.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/mish.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "ganvas/core/error.h"
#include "ganvas/kernels/convolution.h"
#include "ganvas/kernels/instance_norm.h"
#include "ganvas/kernels/prelu.h"
#include "ganvas/nn/graph.h"
#include "ganvas/nn/private/module.h"

namespace ganvas {
namespace {

bool are_equal(const Sides& pads) {
  return std::all_of(pads.begin(), pads.end(), [&](int64_t pad) { return pad == pads[0]; });
}

/// Pads in torch's order.
std::vector<int64_t> torch_pads(const Sides& pads) {
  return {pads[0], pads[2], pads[1], pads[3]};
}

Tensor without_sides(const Tensor& x, const Sides& sides) {
  return x.narrow(2, sides[1], x.size(2) - sides[1] - sides[3])
      .narrow(3, sides[0], x.size(3) - sides[0] - sides[2]);
}

constexpr double kEps = 1e-5;  // of norms, as torch's

/// Channels as pixels, in TensorFlow's order: the row and the column of a pixel before its channel.
Tensor depth_to_space(const Tensor& x, int64_t factor) {
  const int64_t n = x.size(0), height = x.size(2), width = x.size(3);
  const int64_t channels = x.size(1) / (factor * factor);
  return x.view({n, factor, factor, channels, height, width})
      .permute({0, 3, 4, 1, 5, 2})
      .reshape({n, channels, height * factor, width * factor});
}

/// True for steps between kLinear and kScale: they keep the places of a map.
bool keeps_places(Op op) {
  return op >= Op::kLinear && op <= Op::kScale;
}

class GraphNetwork final : public Module {
 public:
  explicit GraphNetwork(const Graph& graph) : steps_(graph.steps()), caches_(steps_.size()) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      const auto prefix = c10::str("step", i, ".");
      for (auto [name, tensor] :
           {std::pair("weight", &steps_[i].weight), {"bias", &steps_[i].bias}}) {
        if (tensor->defined()) *tensor = register_parameter(prefix + name, *tensor);
      }
    }
    plan();
  }

  Tensor forward(const Tensor& input) override {
    std::vector<Tensor> maps(steps_.size() + 1);
    maps[0] = input;
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (plans_[i].is_done_elsewhere) continue;
      maps[plans_[i].makes] = run(i, maps);
      for (const auto used : plans_[i].takes) {
        if (last_use_[used] == i) maps[used] = Tensor();
      }
    }
    return maps.back();
  }

 private:
  /// How a step is carried out.
  struct Plan {
    bool is_done_elsewhere =
        false;                  // a joint that convolutions read in parts, what ends a convolution
    std::vector<size_t> takes;  // maps; of a convolution those that are joined before it
    size_t makes;               // the number of the map
    Tensor slopes = {};         // of a convolution: what follows it
  };

  /// A convolution that the kernels do whole, not torch for its groups or the like.
  static bool is_plain(const Step& step) {
    return step.op == Op::kConv && step.groups == 1 && step.dilation == 1 && are_equal(step.pads) &&
           step.weight.size(2) == step.weight.size(3);
  }

  /// The slopes of an activation of `channels`, undefined if it has none.
  static Tensor slopes_of(const Step& step, int64_t channels) {
    if (step.op == Op::kLeakyRelu) return at::full({channels}, step.value, at::kFloat);
    if (step.op != Op::kPRelu) return {};
    require(step.weight.numel() == channels || step.weight.numel() == 1, "graph: got ",
            step.weight.numel(), " slopes for ", channels, " channels");
    return step.weight.detach().expand({channels}).clone();
  }

  /// Which steps read each map.
  std::vector<std::vector<size_t>> readers() const {
    std::vector<std::vector<size_t>> all(steps_.size() + 1);
    for (size_t i = 0; i < steps_.size(); ++i) {
      for (const auto input : steps_[i].inputs) all[input].push_back(i);
    }
    return all;
  }

  /// What each map is made of where nobody joins it: the parts that its readers take, or itself.
  std::vector<std::vector<size_t>> parts(const std::vector<std::vector<size_t>>& readers) const {
    constexpr size_t kMostParts = 64;
    std::vector<std::vector<size_t>> all(steps_.size() + 1);
    all[0] = {0};
    for (size_t i = 0; i < steps_.size(); ++i) {
      const auto& reading = readers[i + 1];
      const bool may_stay_apart =
          steps_[i].op == Op::kConcat && !reading.empty() &&
          std::all_of(reading.begin(), reading.end(), [&](size_t reader) {
            return is_plain(steps_[reader]) || steps_[reader].op == Op::kConcat;
          });
      auto joined = joined_parts(steps_[i], all);
      all[i + 1] = {i + 1};
      if (may_stay_apart && joined.size() <= kMostParts) all[i + 1] = std::move(joined);
    }
    return all;
  }

  static std::vector<size_t> joined_parts(const Step& step,
                                          const std::vector<std::vector<size_t>>& parts) {
    std::vector<size_t> joined;
    for (const auto input : step.inputs) {
      joined.insert(joined.end(), parts[input].begin(), parts[input].end());
    }
    return joined;
  }

  void plan() {
    const auto reading = readers();
    const auto all_parts = parts(reading);
    for (size_t i = 0; i < steps_.size(); ++i) {
      const auto& step = steps_[i];
      const bool is_apart = step.op == Op::kConcat && all_parts[i + 1] != std::vector{i + 1};
      plans_.push_back({.is_done_elsewhere = is_apart,
                        .takes = step.op == Op::kConcat || is_plain(step)
                                     ? joined_parts(step, all_parts)
                                     : step.inputs,
                        .makes = i + 1});
    }
    for (size_t i = 0; i + 1 < steps_.size(); ++i) {
      if (!is_plain(steps_[i]) || reading[i + 1] != std::vector{i + 1}) continue;
      auto slopes = slopes_of(steps_[i + 1], steps_[i].weight.size(0));
      if (!slopes.defined()) continue;
      plans_[i].slopes = register_buffer(c10::str("step", i + 1, ".slopes"), slopes);
      plans_[i].makes = i + 2;
      plans_[i + 1].is_done_elsewhere = true;
    }
    last_use_.assign(steps_.size() + 1, steps_.size());
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (plans_[i].is_done_elsewhere) continue;
      for (const auto used : plans_[i].takes) last_use_[used] = i;
    }
  }

  Tensor run(size_t i, const std::vector<Tensor>& maps) {
    const auto& step = steps_[i];
    const auto& x = maps[plans_[i].takes[0]];
    switch (step.op) {
      case Op::kConv:
        if (is_plain(step)) return joined_and_convolved(i, maps);
        return convolved(i, x);
      case Op::kTransposedConv:
        return convolved(i, x);
      case Op::kConcat: {
        std::vector<Tensor> parts;
        for (const auto input : plans_[i].takes) parts.push_back(maps[input]);
        return at::cat(parts, 1);
      }
      case Op::kAdd:
        return x + maps[step.inputs[1]];
      case Op::kSubtract:
        return x - maps[step.inputs[1]];
      case Op::kMultiply:
        return x * maps[step.inputs[1]];
      case Op::kSampleAt:
        return sampled(step, x, maps[step.inputs[1]]);
      case Op::kCrop: {
        const auto first = without_sides(x, step.pads);
        if (step.inputs.size() == 1) return first;
        const auto& like = maps[step.inputs[1]];
        return first.narrow(2, 0, like.size(2)).narrow(3, 0, like.size(3));
      }
      default:
        return keeps_places(step.op) ? on_channels(step, x) : reshaped(step, x);
    }
  }

  Tensor joined_and_convolved(size_t i, const std::vector<Tensor>& maps) {
    const auto& step = steps_[i];
    std::vector<Tensor> parts;
    for (const auto map : plans_[i].takes) parts.push_back(maps[map]);
    const kernels::Window window{step.kernel, step.stride, step.pads[0]};
    return kernels::conv2d_of_joined(parts, {parts[0], step.weight, step.bias, window},
                                     plans_[i].slopes, caches_[i]);
  }

  Tensor convolved(size_t i, const Tensor& x) {
    const auto& step = steps_[i];
    const bool is_transposed = step.op == Op::kTransposedConv;
    const bool is_square = step.weight.size(2) == step.weight.size(3);
    if (is_transposed && step.groups == 1 && step.dilation == 1 && are_equal(step.pads) &&
        is_square) {
      const kernels::Window window{step.kernel, step.stride, step.pads[0], kernels::Edge::kZero,
                                   step.output_padding};
      return kernels::conv2d({x, step.weight, step.bias, window, kernels::ConvWay::kTransposed},
                             caches_[i]);
    }
    const std::vector<int64_t> stride(2, step.stride), dilation(2, step.dilation), none = {0, 0};
    if (is_transposed) {
      const auto whole = at::conv_transpose2d(x, step.weight, step.bias, stride, none, none,
                                              step.groups, dilation);
      return without_sides(whole, step.pads);
    }
    const auto padded = at::constant_pad_nd(x, torch_pads(step.pads), 0);
    return at::convolution(padded, step.weight, step.bias, stride, none, dilation,
                           /*transposed=*/false, none, step.groups);
  }

  /// Each pixel by itself, or by its channel's moments.
  static Tensor on_channels(const Step& step, const Tensor& x) {
    const auto by_channel = [](const Tensor& t) { return t.view({1, -1, 1, 1}); };
    switch (step.op) {
      case Op::kLinear:
        return at::linear(x.flatten(1), step.weight, step.bias).unsqueeze(2).unsqueeze(3);
      case Op::kAffine:
        return x * by_channel(step.weight) + by_channel(step.bias);
      case Op::kInstanceNorm:
        return kernels::instance_norm(x, step.weight, step.bias, kernels::After::kNothing, {});
      case Op::kGroupNorm:
        return at::group_norm(x, step.groups, step.weight, step.bias,
                              step.value > 0 ? step.value : kEps);
      case Op::kPRelu:
        return step.weight.numel() == 1 ? kernels::parametric_relu(x, step.weight)
                                        : at::prelu(x, step.weight.to(x.scalar_type()));
      case Op::kLeakyRelu:
        return step.value == 0 ? at::relu(x) : at::leaky_relu(x, step.value);
      case Op::kSigmoid:
        return x.sigmoid();
      case Op::kTanh:
        return x.tanh();
      case Op::kClamp:
        return x.clamp(0, step.value);
      case Op::kSilu:
        return at::silu(x);
      case Op::kMish:
        return at::mish(x);
      case Op::kGelu:
        return at::gelu(x);
      default:
        return step.offset == 0 ? x * step.value : x * step.value + step.offset;  // kScale
    }
  }

  /// Liu et al., ICCV 2023 (arXiv:2308.15085), Eq. 1.
  static Tensor sampled(const Step& step, const Tensor& x, const Tensor& moves) {
    const int64_t n = x.size(0), groups = step.groups, height = x.size(2), width = x.size(3);
    const std::vector<int64_t> made = {step.factor * height, step.factor * width};
    require(moves.size(1) == 2 * groups && moves.sizes().slice(2) == at::IntArrayRef(made) &&
                x.size(1) % groups == 0,
            "graph: got places ", moves.sizes(), " for ", groups, " groups of a map ", x.sizes());
    // A pixel's middle in [-1, 1] over the map, as grid_sampler() counts.
    const auto places = [&](int64_t side, int64_t first, const std::vector<int64_t>& shape) {
      const auto middles = (at::arange(side * step.factor, x.options()) + 0.5) / step.factor;
      const auto at = middles.view(shape) + moves.narrow(1, first, groups);
      return at * (2.0 / static_cast<double>(side)) - 1;
    };
    const auto grid =
        at::stack({places(width, 0, {1, 1, 1, -1}), places(height, groups, {1, 1, -1, 1})}, 4);
    constexpr int64_t kLinear = 0, kRepeated = 1;
    return at::grid_sampler(x.reshape({n * groups, -1, height, width}), grid.flatten(0, 1), kLinear,
                            kRepeated, /*align_corners=*/false)
        .view({n, -1, made[0], made[1]});
  }

  static Tensor reshaped(const Step& step, const Tensor& x) {
    const auto side = [&](int64_t pixels) { return std::lround(double(pixels) * step.value); };
    const std::vector<int64_t> size = {side(x.size(2)), side(x.size(3))};
    const std::vector<int64_t> kernel(2, step.kernel), stride(2, step.stride),
        pads(2, step.pads[0]);
    switch (step.op) {
      case Op::kSlice:
        return x.narrow(1, step.first, step.count);
      case Op::kPad:
        return at::constant_pad_nd(x, torch_pads(step.pads), 0);
      case Op::kReflectionPad:
        return at::reflection_pad2d(x, torch_pads(step.pads));
      case Op::kReplicationPad:
        return at::replication_pad2d(x, torch_pads(step.pads));
      case Op::kNearest:
        return at::upsample_nearest2d(x, size);
      case Op::kBilinear:
        return at::upsample_bilinear2d(x, size, /*align_corners=*/false);
      case Op::kBicubic:
        return at::upsample_bicubic2d(x, size, /*align_corners=*/false);
      case Op::kCubic:
        return at::_upsample_bicubic2d_aa(x, at::IntArrayRef(size), /*align_corners=*/false);
      case Op::kPixelShuffle:
        return at::pixel_shuffle(x, step.factor);
      case Op::kPixelUnshuffle:
        return at::pixel_unshuffle(x, step.factor);
      case Op::kDepthToSpace:
        return depth_to_space(x, step.factor);
      case Op::kGlobalMean:
        return x.mean({2, 3}, /*keepdim=*/true);
      case Op::kMaxPool:
        return at::max_pool2d(x, kernel, stride, pads, /*dilation=*/1, step.rounds_up);
      default:
        return at::avg_pool2d(x, kernel, stride, pads, step.rounds_up);  // kMeanPool
    }
  }

  std::vector<Step> steps_;
  std::vector<kernels::FilterCache> caches_;  // by step
  std::vector<Plan> plans_;                   // likewise
  std::vector<size_t> last_use_;              // of each map: the step
};

}  // namespace

Network network_of(const Graph& graph) {
  return Network(std::make_shared<GraphNetwork>(graph));
}

}  // namespace ganvas
