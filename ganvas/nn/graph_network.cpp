// A network as a list of steps, at work.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/full.h>

#include "ganvas/core/error.h"
#include "ganvas/kernels/convolution.h"
#include "ganvas/nn/graph.h"
#include "ganvas/nn/private/graph_rows.h"
#include "ganvas/nn/private/graph_steps.h"
#include "ganvas/nn/private/module.h"

namespace ganvas {
namespace {

bool are_equal(const Sides& pads) {
  return std::all_of(pads.begin(), pads.end(), [&](int64_t pad) { return pad == pads[0]; });
}

class GraphNetwork final : public Module {
 public:
  GraphNetwork(const Graph& graph, std::vector<size_t> shown)
      : steps_(graph.steps()),
        scales_(graph.scales()),
        caches_(steps_.size()),
        shown_(std::move(shown)) {
    for (const auto map : shown_) {
      require(map <= steps_.size(), "graph: is to show map ", map, " of ", steps_.size());
    }
    for (size_t i = 0; i < steps_.size(); ++i) {
      const auto prefix = c10::str("step", i, ".");
      for (auto [name, tensor] :
           {std::pair("weight", &steps_[i].weight), {"bias", &steps_[i].bias}}) {
        if (tensor->defined()) *tensor = register_parameter(prefix + name, *tensor);
      }
    }
    plan();
  }

  Tensor forward(const Tensor& input) override { return maps_of(input).back(); }

  std::vector<Tensor> stages(const Tensor& input) override {
    const auto maps = maps_of(input);
    if (shown_.empty()) return {maps.back()};
    std::vector<Tensor> stages;
    for (const auto map : shown_) stages.push_back(maps[map]);
    return stages;
  }

  std::unique_ptr<RowPass> row_pass(int64_t height) override {
    std::vector<RowStep> by_rows;
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (plans_[i].is_done_elsewhere) continue;
      const auto reach = reach_of(steps_[i]);
      if (!reach) return nullptr;
      by_rows.push_back({i, plans_[i].takes, plans_[i].makes, *reach});
    }
    std::vector<int64_t> heights;
    for (const auto& scale : scales_) {
      heights.push_back(std::lround(scale.scale * static_cast<double>(height) + scale.offset));
    }
    return row_pass_of(by_rows, heights,
                       [this](size_t i, const std::vector<Tensor>& maps) { return run(i, maps); });
  }

 private:
  /// The last map and those that are shown; others are undefined.
  std::vector<Tensor> maps_of(const Tensor& input) {
    std::vector<Tensor> maps(steps_.size() + 1);
    maps[0] = input;
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (plans_[i].is_done_elsewhere) continue;
      maps[plans_[i].makes] = run(i, maps);
      for (const auto used : plans_[i].takes) {
        if (last_use_[used] == i) maps[used] = Tensor();
      }
    }
    return maps;
  }

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

  bool is_shown(size_t map) const {
    return std::find(shown_.begin(), shown_.end(), map) != shown_.end();
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
          steps_[i].op == Op::kConcat && !reading.empty() && !is_shown(i + 1) &&
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
      const bool is_read_elsewhere = reading[i + 1] != std::vector{i + 1} || is_shown(i + 1);
      if (!is_plain(steps_[i]) || is_read_elsewhere) continue;
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
    for (const auto map : shown_) last_use_[map] = steps_.size();
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

  std::vector<Step> steps_;
  std::vector<MapScale> scales_;              // of the input and each step's map
  std::vector<kernels::FilterCache> caches_;  // by step
  std::vector<Plan> plans_;                   // likewise
  std::vector<size_t> last_use_;              // of each map: the step
  std::vector<size_t> shown_;                 // maps of stages()
};

}  // namespace

Network network_of(const Graph& graph, const std::vector<size_t>& shown) {
  return Network(std::make_shared<GraphNetwork>(graph, shown));
}

}  // namespace ganvas
