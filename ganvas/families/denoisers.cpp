// U-Nets that take away noise and what JPEG left: DRUNet and FBCNN.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

/// What both have: blocks of two convolutions, halves by strided ones.
class UNetBuilder {
 public:
  UNetBuilder(StateDict& state, Graph& graph) : state_(state), to_(state, graph, kBiases) {}

  /// The two convolutions of NAME.res, unadded.
  size_t inner(const std::string& name, size_t x) {
    return to_.conv(name + ".res.2", to_.relu(to_.conv(name + ".res.0", x)));
  }

  /// Every block of NAME.0, NAME.1, ...
  size_t blocks(const std::string& name, size_t x) {
    for (const auto i : state_.numbers(name + ".")) {
      const auto block = c10::str(name, ".", i);
      if (state_.has(block + ".res.0.weight")) x = to_.sum(x, inner(block, x));
    }
    return x;
  }

  /// The blocks, and the strided convolution behind them.
  size_t down(const std::string& name, size_t x) {
    const auto last = state_.numbers(name + ".", 1).back();
    return to_.conv(c10::str(name, ".", last), blocks(name, x), /*stride=*/2, /*padding=*/0);
  }

  size_t up(const std::string& name, size_t x) {
    return to_.transposed(name + ".0", x, /*stride=*/2, /*padding=*/0, /*output_padding=*/0);
  }

  Builder& to() { return to_; }

 private:
  static constexpr auto kBiases = Builder::Biases::kSome;

  StateDict& state_;
  Builder to_;
};

// Zhang et al., TPAMI 2021 (arXiv:2008.13751), section 3: sees an image and the deviation of its noise.
Foreign build_drunet(StateDict& state) {
  constexpr double kNoise = 15.0 / 255;  // the least of those that its paper reports
  Foreign made;
  UNetBuilder net(state, made.graph);
  auto& to = net.to();
  made.channels_out = state.size("m_tail.weight", 0);
  made.channels_in = state.size("m_head.weight", 1) - 1;
  require(made.channels_in == made.channels_out, "got ", made.channels_in + 1, " channels in and ",
          made.channels_out, " out, expected one more for the noise");
  const auto level = made.graph.add({.op = Op::kSlice, .inputs = {0}, .first = 0, .count = 1});
  const auto x1 = to.conv("m_head", to.joined({0, to.scaled(level, 0, kNoise)}));
  const auto x2 = net.down("m_down1", x1), x3 = net.down("m_down2", x2);
  const auto x4 = net.down("m_down3", x3);
  auto x = net.blocks("m_body", x4);
  for (const auto& [name, skipped] : {std::pair("m_up3", x4), {"m_up2", x3}, {"m_up1", x2}}) {
    x = net.blocks(name, net.up(name, to.sum(x, skipped)));
  }
  to.conv("m_tail", to.sum(x, x1));
  made.multiple = made.graph.multiple();
  return made;
}

/// Jiang et al., ICCV 2021 (arXiv:2109.14573): guesses the quality of the JPEG, and goes by it.
class FbcnnBuilder {
 public:
  FbcnnBuilder(StateDict& state, Foreign& made)
      : state_(state), made_(made), net_(state, made.graph), to_(net_.to()) {}

  void build() {
    made_.channels_in = state_.size("m_head.weight", 1);
    made_.channels_out = state_.size("m_tail.weight", 0);
    const auto x1 = to_.conv("m_head", 0);
    const auto x2 = net_.down("m_down1", x1), x3 = net_.down("m_down2", x2);
    const auto x4 = net_.down("m_down3", x3);
    auto x = net_.blocks("m_body_encoder", x4);
    const auto quality = embedded(guessed_quality(x));
    x = to_.sum(net_.blocks("m_body_decoder", x), x4);
    for (const auto& [level, skipped] : {std::pair("3", x3), {"2", x2}, {"1", x1}}) {
      x = to_.sum(modulated(level, x, quality), skipped);
    }
    to_.conv("m_tail", x);
    made_.multiple = made_.graph.multiple();
  }

 private:
  size_t linear(const std::string& name, size_t x) {
    return made_.graph.add({.op = Op::kLinear,
                            .inputs = {x},
                            .weight = state_.take(name + ".weight"),
                            .bias = state_.take(name + ".bias")});
  }

  /// One number, how far from the best quality.
  size_t guessed_quality(size_t x) {
    std::vector<int64_t> linears;
    for (const auto i : state_.numbers("qf_pred.", 1)) {
      if (state_.has(c10::str("qf_pred.", i, ".weight"))) linears.push_back(i);
    }
    require(!linears.empty(), "has no tensor qf_pred.6.weight");
    x = to_.plain(Op::kGlobalMean, net_.blocks("qf_pred", x));
    for (const auto i : linears) {
      x = linear(c10::str("qf_pred.", i), x);
      if (i != linears.back()) x = to_.relu(x);
    }
    return to_.plain(Op::kSigmoid, x);
  }

  size_t embedded(size_t quality) {
    for (const auto i : state_.numbers("qf_embed.", 1)) {
      quality = to_.relu(linear(c10::str("qf_embed.", i), quality));
    }
    return quality;
  }

  size_t modulated(const std::string& level, size_t x, size_t quality) {
    const auto gain = to_.plain(Op::kSigmoid, linear("to_gamma_" + level + ".0", quality));
    const auto shift = to_.plain(Op::kTanh, linear("to_beta_" + level + ".0", quality));
    const auto name = "m_up" + level;
    x = net_.up(name, x);
    for (const auto i : state_.numbers(name + ".")) {
      if (i == 0) continue;
      const auto gained = made_.graph.add(
          {.op = Op::kMultiply, .inputs = {net_.inner(c10::str(name, ".", i), x), gain}});
      x = to_.sum(x, to_.sum(gained, shift));
    }
    return x;
  }

  StateDict& state_;
  Foreign& made_;
  UNetBuilder net_;
  Builder& to_;
};

Foreign build_fbcnn(StateDict& state) {
  Foreign made;
  FbcnnBuilder(state, made).build();
  return made;
}

}  // namespace

FamilyEntry drunet() {
  return {"drunet", "DRUNet, of KAIR; takes away noise of a deviation of 15 of 255",
          [](const StateDict& state) {
            return state.has("m_head.weight") && state.has("m_body.0.res.0.weight");
          },
          build_drunet};
}

FamilyEntry fbcnn() {
  return {"fbcnn", "FBCNN: takes away what JPEG left",
          [](const StateDict& state) {
            return state.has("m_head.weight") && state.has("qf_embed.0.weight");
          },
          build_fbcnn};
}

}  // namespace ganvas
