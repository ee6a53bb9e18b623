// waifu2x' networks and Real-CUGAN's: convolutions without padding, so that a border is left out.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/error.h"
#include "ganvas/families/build.h"

namespace ganvas {
namespace {

constexpr double kSlope = 0.1;

// upconv_7 and vgg_7: six convolutions, and one that enlarges or not.
Foreign build_waifu2x(StateDict& state) {
  Foreign made;
  Builder to(state, made.graph);
  const auto layers = state.numbers("", 2);
  size_t x = 0;
  for (const auto i : layers) {
    const auto name = std::to_string(i);
    if (i != layers.back()) {
      x = to.leaky(to.conv(name, x, /*stride=*/1, /*padding=*/0), kSlope);
      continue;
    }
    const bool enlarges = state.size(name + ".weight", 3) == 4;
    made.scale = enlarges ? 2 : 1;
    made.channels_out = state.size(name + ".weight", enlarges ? 1 : 0);
    x = enlarges ? to.transposed(name, x, /*stride=*/2, /*padding=*/3, /*output_padding=*/0)
                 : to.conv(name, x, /*stride=*/1, /*padding=*/0);
  }
  made.channels_in = state.size("0.weight", 1);
  return made;
}

/// Two U-Nets in a row, the second one's output added to its input.
class CunetBuilder {
 public:
  CunetBuilder(StateDict& state, Foreign& made)
      : state_(state), made_(made), to_(state, made.graph) {}

  void build() {
    constexpr double kGain = 0.7, kShift = 0.15;  // of colours, of Real-CUGAN's second generation
    const bool is_pro = state_.has("pro");
    state_.take_if_any("pro");
    made_.channels_in = state_.size("unet1.conv1.conv.0.weight", 1);
    const auto seen = is_pro ? to_.scaled(0, kGain, kShift) : 0;
    const auto first = small("unet1", seen);
    auto x = to_.sum(large("unet2", first), cut(first, 20));
    if (state_.has("conv_final.weight")) {
      made_.scale = 4;
      const auto shuffled = to_.resized(Op::kPixelShuffle, cut(valid("conv_final", x), 1), 2);
      x = to_.sum(shuffled, cut(to_.resized(Op::kNearest, seen, 4), 4 * kBorderOf4));
      made_.channels_out = made_.channels_in;
    } else {
      made_.channels_out = state_.size("unet2.conv_bottom.weight", 0);
      made_.scale = scale_of_small_;
    }
    if (is_pro) to_.scaled(x, 1 / kGain, -kShift / kGain);
    made_.multiple = made_.graph.multiple();
  }

 private:
  static constexpr int64_t kBorderOf4 = 19;  // pixels of the input that x4 leaves out

  size_t valid(const std::string& name, size_t x, int64_t stride = 1) {
    return to_.conv(name, x, stride, /*padding=*/0);
  }
  size_t leaky(size_t x) { return to_.leaky(x, kSlope); }
  size_t cut(size_t x, int64_t pixels) { return to_.padded(Op::kCrop, x, pixels); }
  size_t doubled(const std::string& name, size_t x) {
    return leaky(to_.transposed(name, x, /*stride=*/2, /*padding=*/0, /*output_padding=*/0));
  }

  /// Two convolutions, and a gate for each channel by the means of all (Hu et al., arXiv:1709.01507).
  size_t pair(const std::string& name, size_t x) {
    x = leaky(valid(name + ".conv.2", leaky(valid(name + ".conv.0", x))));
    if (!state_.has(name + ".seblock.conv1.weight")) return x;
    const auto mean = to_.plain(Op::kGlobalMean, x);
    const auto inner = to_.relu(valid(name + ".seblock.conv1", mean));
    const auto gate = to_.plain(Op::kSigmoid, valid(name + ".seblock.conv2", inner));
    return made_.graph.add({.op = Op::kMultiply, .inputs = {x, gate}});
  }

  /// The end of a U-Net: 3x3 keeps the size, 4x4 doubles it, 5x5 makes it three times as large.
  size_t bottom(const std::string& name, size_t x) {
    const int64_t kernel = state_.size(name + ".weight", 3);
    if (kernel == 3) return valid(name, x);
    scale_of_small_ = kernel - 2;
    return to_.transposed(name, x, kernel - 2, kernel == 4 ? 3 : 2, /*output_padding=*/0);
  }

  size_t small(const std::string& net, size_t x) {
    const auto part = [&](const char* of) { return net + "." + of; };
    const auto first = pair(part("conv1"), x);
    const auto halved = leaky(valid(part("conv1_down"), first, 2));
    const auto back = doubled(part("conv2_up"), pair(part("conv2"), halved));
    const auto sum = to_.sum(cut(first, 4), back);
    return bottom(part("conv_bottom"), leaky(valid(part("conv3"), sum)));
  }

  size_t large(const std::string& net, size_t x) {
    const auto part = [&](const char* of) { return net + "." + of; };
    const auto first = pair(part("conv1"), x);
    const auto second = pair(part("conv2"), leaky(valid(part("conv1_down"), first, 2)));
    const auto third = pair(part("conv3"), leaky(valid(part("conv2_down"), second, 2)));
    const auto fourth =
        pair(part("conv4"), to_.sum(cut(second, 4), doubled(part("conv3_up"), third)));
    const auto fifth = to_.sum(cut(first, 16), doubled(part("conv4_up"), fourth));
    return valid(part("conv_bottom"), leaky(valid(part("conv5"), fifth)));
  }

  StateDict& state_;
  Foreign& made_;
  Builder to_;
  int64_t scale_of_small_ = 1;
};

Foreign build_cunet(StateDict& state) {
  Foreign made;
  CunetBuilder(state, made).build();
  return made;
}

}  // namespace

FamilyEntry waifu2x() {
  return {"waifu2x", "waifu2x' upconv_7 and vgg_7",
          [](const StateDict& state) {
            return state.has("0.weight") && state.has("12.weight") && !state.has("1.weight") &&
                   state.shape("0.weight").size() == 4;  // "net." is taken for a wrapper
          },
          build_waifu2x};
}

FamilyEntry cunet() {
  return {"cunet", "waifu2x' cunet, Real-CUGAN",
          [](const StateDict& state) {
            return state.has("unet1.conv1.conv.0.weight") && state.has("unet2.conv5.weight");
          },
          build_cunet};
}

}  // namespace ganvas
