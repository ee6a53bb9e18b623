// What the steps of a graph make that keep nothing from pass to pass.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/graph_steps.h"

#include <cmath>

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/constant_pad_nd.h>
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
#include "ganvas/kernels/instance_norm.h"
#include "ganvas/kernels/prelu.h"

namespace ganvas {
namespace {

constexpr double kEps = 1e-5;  // of norms, as torch's

/// Channels as pixels, in TensorFlow's order: the row and the column of a pixel before its channel.
Tensor depth_to_space(const Tensor& x, int64_t factor) {
  const int64_t n = x.size(0), height = x.size(2), width = x.size(3);
  const int64_t channels = x.size(1) / (factor * factor);
  return x.view({n, factor, factor, channels, height, width})
      .permute({0, 3, 4, 1, 5, 2})
      .reshape({n, channels, height * factor, width * factor});
}

/// True for steps that make a pixel of the same pixel of several maps, or of some of its channels.
bool combines(Op op) {
  return op == Op::kAdd || op == Op::kSubtract || op == Op::kMultiply || op == Op::kConcat ||
         op == Op::kSlice;
}

}  // namespace

/// Pads in torch's order.
std::vector<int64_t> torch_pads(const Sides& pads) {
  return {pads[0], pads[2], pads[1], pads[3]};
}

Tensor without_sides(const Tensor& x, const Sides& sides) {
  return x.narrow(2, sides[1], x.size(2) - sides[1] - sides[3])
      .narrow(3, sides[0], x.size(3) - sides[0] - sides[2]);
}

bool keeps_places(Op op) {
  return op >= Op::kLinear && op <= Op::kSquareRoot;
}

std::optional<Reach> reach_of(const Step& step) {
  const int64_t factor = step.factor, times = std::lround(step.value);
  const bool is_whole = times >= 1 && step.value == static_cast<double>(times);
  switch (step.op) {
    case Op::kConv: {
      const int64_t after = step.dilation * (step.weight.size(2) - 1) - step.pads[1];
      if (step.stride != 1 || after < 0) return std::nullopt;
      return Reach{step.pads[1], after};
    }
    case Op::kPixelShuffle:
    case Op::kDepthToSpace:
      return Reach{0, 0, factor, 1};
    case Op::kPixelUnshuffle:
      return Reach{0, 0, 1, factor};
    case Op::kNearest:
      if (!is_whole) return std::nullopt;
      return Reach{0, 0, times, 1};
    case Op::kBilinear:
    case Op::kBicubic:
    case Op::kCubic:
      if (!is_whole) return std::nullopt;
      return Reach{2, 2, times, 1};
    case Op::kLinear:
    case Op::kInstanceNorm:
    case Op::kGroupNorm:
      return std::nullopt;
    default:
      if (!keeps_places(step.op) && !combines(step.op)) return std::nullopt;
      return Reach{0, 0};
  }
}

Tensor on_channels(const Step& step, const Tensor& x) {
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
    case Op::kSquareRoot:
      return (x + step.offset).sqrt();
    default:
      return step.offset == 0 ? x * step.value : x * step.value + step.offset;  // kScale
  }
}

/// Liu et al., ICCV 2023 (arXiv:2308.15085), Eq. 1.
Tensor sampled(const Step& step, const Tensor& x, const Tensor& moves) {
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

Tensor reshaped(const Step& step, const Tensor& x) {
  const auto side = [&](int64_t pixels) { return std::lround(double(pixels) * step.value); };
  const std::vector<int64_t> size = {side(x.size(2)), side(x.size(3))};
  const std::vector<int64_t> kernel(2, step.kernel), stride(2, step.stride), pads(2, step.pads[0]);
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
      return at::avg_pool2d(x, kernel, stride, pads, step.rounds_up,
                            /*count_include_pad=*/false);  // kMeanPool
  }
}

}  // namespace ganvas
