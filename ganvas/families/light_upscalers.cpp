// Light networks that enlarge: SPAN, RealPLKSR and CARN.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

/// SPAN, Wan et al., CVPRW 2024 (arXiv:2311.12770).
class SpanBuilder {
 public:
  SpanBuilder(StateDict& state, Graph& graph) : state_(state), graph_(graph), to_(state, graph) {}

  void build(Foreign& made) {
    const auto head = conv("conv_1", normalised(made));
    auto x = head;
    size_t first = 0, second_last = 0;
    const auto blocks = state_.numbers("block_", 1);
    for (const auto i : blocks) {
      const auto [y, inner] = block(c10::str("block_", i), x);
      x = y;
      if (i == 1) first = y;
      if (i == blocks.back()) second_last = inner;
    }
    const auto joined = to_.joined({head, conv("conv_2", x), first, second_last});
    x = to_.conv("upsampler.0", to_.conv("conv_cat", joined));
    if (made.scale > 1) to_.resized(Op::kPixelShuffle, x, made.scale);
  }

 private:
  /// Colours less their mean over DIV2K, times 255, unless the file says that its network wants none of that.
  size_t normalised(const Foreign& made) {
    if (state_.has("no_norm") || made.channels_in != 3) {
      state_.take_if_any("no_norm");
      return 0;
    }
    constexpr double kRange = 255;
    const auto mean = at::tensor({0.4488F, 0.4371F, 0.4040F});
    return graph_.add({.op = Op::kAffine,
                       .inputs = {0},
                       .weight = at::ones({3}) * kRange,
                       .bias = -mean * kRange});
  }

  /// Three convolutions in a row and one beside them, which are one: its kernel is in the file of a network that was
  /// made ready for use, and is computed of the others else.
  size_t conv(const std::string& name, size_t x) {
    const auto fused = name + ".eval_conv";
    if (!state_.has(name + ".sk.weight")) return to_.conv(fused, x);
    state_.take_if_any(fused + ".weight");  // made of the others, perhaps of earlier ones
    state_.take_if_any(fused + ".bias");
    const auto part = [&](const char* of) { return state_.take(name + "." + of); };
    const auto merged = [](const Tensor& first, const Tensor& then, int64_t padding) {
      const std::vector<int64_t> sides = {2, 3}, one = {1, 1}, pad(2, padding);
      return at::conv2d(first.flip(sides).permute({1, 0, 2, 3}), then, {}, one, pad)
          .flip(sides)
          .permute({1, 0, 2, 3});
    };
    const auto shifted = [](const Tensor& weight, const Tensor& bias) {
      return (weight * bias.view({1, -1, 1, 1})).sum({1, 2, 3});
    };
    const auto w1 = part("conv.0.weight"), w2 = part("conv.1.weight"), w3 = part("conv.2.weight");
    const auto b12 = shifted(w2, part("conv.0.bias")) + part("conv.1.bias");
    const auto beside = at::constant_pad_nd(part("sk.weight"), std::vector<int64_t>(4, 1), 0);
    const auto weight = merged(merged(w1, w2, 2), w3, 0) + beside;
    const auto bias = shifted(w3, b12) + part("conv.2.bias") + part("sk.bias");
    return to_.conv_of(weight.contiguous(), bias, x);
  }

  /// Eq. 5: (features + input) * (sigmoid(features) - 1/2). Also gives what its first convolution makes.
  /// Trap: its program activates that in place, so that it is the activated one that goes to the end.
  std::pair<size_t, size_t> block(const std::string& name, size_t x) {
    const auto first = to_.plain(Op::kSilu, conv(name + ".c1_r", x));
    const auto second = conv(name + ".c2_r", first);
    const auto third = conv(name + ".c3_r", to_.plain(Op::kSilu, second));
    const auto attention = to_.scaled(to_.plain(Op::kSigmoid, third), 1, -0.5);
    const auto made = graph_.add({.op = Op::kMultiply, .inputs = {to_.sum(third, x), attention}});
    return {made, first};
  }

  StateDict& state_;
  Graph& graph_;
  Builder to_;
};

Foreign build_span(StateDict& state) {
  Foreign made{.is_of_basicsr = true};
  const auto first = state.has("conv_1.sk.weight") ? "conv_1.sk.weight" : "conv_1.eval_conv.weight";
  made.channels_in = made.channels_out = state.size(first, 1);
  made.scale = scale_of(state.size("upsampler.0.weight", 0), made.channels_out);
  SpanBuilder(state, made.graph).build(made);
  return made;
}

/// A block of PLKSR, Lee et al., 2024 (arXiv:2404.11848): mixed channels, a large kernel on a part of them,
/// attention, and the input added; the norm is RealPLKSR's.
size_t large_kernel_block(StateDict& state, Graph& graph, const std::string& name, size_t x) {
  constexpr int64_t kGroups = 4;
  Builder to(state, graph);
  auto y = to.plain(Op::kMish, to.conv(name + ".channel_mixer.0", x));
  y = to.conv(name + ".channel_mixer.2", y);
  const int64_t all = state.size(name + ".channel_mixer.2.weight", 0);
  const int64_t part = state.size(name + ".lk.conv.weight", 0);
  const auto wide = graph.add({.op = Op::kSlice, .inputs = {y}, .first = 0, .count = part});
  const auto rest =
      graph.add({.op = Op::kSlice, .inputs = {y}, .first = part, .count = all - part});
  y = to.joined({to.conv(name + ".lk.conv", wide), rest});
  if (state.has(name + ".attn.f.0.weight")) {
    const auto attention = to.plain(Op::kSigmoid, to.conv(name + ".attn.f.0", y));
    y = graph.add({.op = Op::kMultiply, .inputs = {y, attention}});
  }
  y = to.conv(name + ".refine", y);
  if (state.has(name + ".norm.weight")) {
    y = graph.add({.op = Op::kGroupNorm,
                   .inputs = {y},
                   .weight = state.take(name + ".norm.weight"),
                   .bias = state.take(name + ".norm.bias"),
                   .groups = kGroups});
  }
  return to.sum(y, x);
}

/// DySample, Liu et al., ICCV 2023 (arXiv:2308.15085), with dynamic scope, and the convolution behind it that those who
/// train upscalers add.
size_t dynamic_sampling(StateDict& state, Foreign& made, size_t x) {
  Builder to(state, made.graph);
  const int64_t scale = made.scale, places = state.size("to_img.offset.weight", 0);
  require(places % (2 * scale * scale) == 0, "got ", places, " places for an enlargement of ",
          scale);
  state.take_if_any("to_img.init_pos");  // where pixels of the enlarged map lie
  const auto scope = to.plain(Op::kSigmoid, to.conv_of(state.take("to_img.scope.weight"), {}, x));
  const auto moves =
      made.graph.add({.op = Op::kMultiply, .inputs = {to.conv("to_img.offset", x), scope}});
  const auto spread = to.resized(Op::kPixelShuffle, to.scaled(moves, 0.5), scale);
  x = made.graph.add({.op = Op::kSampleAt,
                      .inputs = {x, spread},
                      .groups = places / (2 * scale * scale),
                      .factor = scale});
  return state.has("to_img.end_conv.weight") ? to.conv("to_img.end_conv", x) : x;
}

Foreign build_realplksr(StateDict& state) {
  Foreign made{.is_of_basicsr = true};
  Builder to(state, made.graph);
  const auto layers = state.numbers("feats.", 2);
  auto x = to.conv("feats.0", 0);
  for (const auto i : layers) {
    const auto name = c10::str("feats.", i);
    if (i > 0 && i != layers.back()) x = large_kernel_block(state, made.graph, name, x);
  }
  const auto last = c10::str("feats.", layers.back());
  made.channels_in = made.channels_out = state.size("feats.0.weight", 1);
  made.scale = scale_of(state.size(last + ".weight", 0), made.channels_out);
  x = to.conv(last, x);
  if (state.has("to_img.offset.weight")) {
    const auto repeated = at::eye(made.channels_out).repeat_interleave(made.scale * made.scale, 0);
    x = to.sum(x, to.conv_of(repeated.unsqueeze(2).unsqueeze(3), {}, 0));
    dynamic_sampling(state, made, x);
    return made;
  }
  if (made.scale > 1) x = to.resized(Op::kPixelShuffle, x, made.scale);
  to.sum(x, made.scale > 1 ? to.resized(Op::kNearest, 0, made.scale) : 0);
  return made;
}

/// CARN and CARN-M, Ahn et al., ECCV 2018 (arXiv:1803.08664): cascades of cascades. A file for several scales
/// enlarges by its largest.
class CarnBuilder {
 public:
  CarnBuilder(StateDict& state, Foreign& made)
      : state_(state), to_(state, made.graph), made_(made) {}

  void build() {
    width_ = state_.size("entry.weight", 0);
    auto x = to_.conv("entry", to_.conv("sub_mean.shifter", 0));
    x = cascade("", x, [&](const std::string& name, size_t map) {
      return cascade(name + ".", map, [&](const std::string&, size_t inner) {
        return block(name + ".b1.body.", inner);
      });
    });
    to_.conv("add_mean.shifter", to_.conv("exit", enlarged(x)));
  }

 private:
  /// Three blocks, each of which sees what all before it have made, mixed by a convolution of 1 x 1.
  template <typename Block>
  size_t cascade(const std::string& prefix, size_t x, const Block& block) {
    std::vector<size_t> seen = {x};
    for (int64_t i = 1; i <= 3; ++i) {
      seen.push_back(block(c10::str(prefix, "b", i), x));
      x = to_.relu(to_.conv(c10::str(prefix, "c", i, ".body.0"), to_.joined(seen)));
    }
    return x;
  }

  size_t block(const std::string& name, size_t x) {
    auto y = to_.relu(to_.grouped_conv(name + "0", x, width_));
    y = to_.relu(to_.grouped_conv(name + "2", y, width_));
    if (state_.has(name + "4.weight")) y = to_.conv(name + "4", y);
    return to_.relu(to_.sum(y, x));
  }

  size_t enlarged(size_t x) {
    std::string name = "upsample.up.body.";
    for (const auto scale : state_.numbers("upsample.up"))
      name = c10::str("upsample.up", scale, ".body.");
    for (const auto i : state_.numbers(name, 1)) {
      const auto layer = c10::str(name, i);
      const int64_t factor = scale_of(state_.size(layer + ".weight", 0), width_);
      x = to_.resized(Op::kPixelShuffle, to_.relu(to_.grouped_conv(layer, x, width_)), factor);
      made_.scale *= factor;
    }
    state_.pass_over_prefix("upsample.");  // those of the other scales
    return x;
  }

  StateDict& state_;
  Builder to_;
  Foreign& made_;
  int64_t width_ = 0;
};

Foreign build_carn(StateDict& state) {
  Foreign made;
  CarnBuilder(state, made).build();
  return made;
}

}  // namespace

FamilyEntry carn() {
  return {"carn", "CARN",
          [](const StateDict& state) {
            return state.has("entry.weight") && state.has("b1.b1.body.0.weight") &&
                   state.has("sub_mean.shifter.weight");
          },
          build_carn};
}

FamilyEntry span() {
  return {"span", "SPAN",
          [](const StateDict& state) {
            return state.has("block_1.c1_r.eval_conv.weight") ||
                   state.has("block_1.c1_r.sk.weight");
          },
          build_span};
}

FamilyEntry realplksr() {
  return {"realplksr", "RealPLKSR",
          [](const StateDict& state) {
            return state.has("feats.0.weight") && state.has("feats.1.lk.conv.weight");
          },
          build_realplksr};
}

}  // namespace ganvas
