// Convolutions on tiles against direct ones in double precision, on AMX where there is one and as
// plain loops everywhere.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/tile_conv.h"

#include <functional>

#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn_like.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/device.h"
#include "ganvas/core/error.h"
#include "ganvas/kernels/private/tiles.h"
#include "ganvas/kernels/thin_conv.h"
#include "tests/support/close.h"
#include "tests/support/convolutions.h"
#include "tests/support/instruction_sets.h"

namespace ganvas::kernels {
namespace {

// Sums are in fp32. Some are rounded to bf16 afterwards, which costs half of its last place; of those at
// mirrored borders and of maps of few channels more are added, and rounded again.
constexpr double kMostError = 3e-5, kMostErrorRounded = 4e-3, kMostErrorFolded = 8e-3;

/// Of numbers that bf16 can hold.
ConvLeaves rough_leaves(const ConvCase& c) {
  const auto rough = [](const Tensor& t) { return t.to(at::kBFloat16).to(at::kFloat); };
  const auto leaves = ConvLeaves::of(c);
  return {rough(leaves.x), rough(leaves.weight), leaves.bias};
}

class TileConvTest : public OnEachInstructionSet {
 protected:
  KeptTileFilters kept_;

  using Fast = std::function<Tensor(const ConvLeaves&, const ConvCase&)>;

  static Tensor on_tiles(const ConvLeaves& of, const ConvCase& c) {
    return tile_conv(of.x, of.weight, of.bias, c.window, c.way, KeptTileFilters());
  }
  static Tensor thin(const ConvLeaves& of, const ConvCase& c) {
    return thin_conv(of.x, of.weight, of.bias, c.window, c.way);
  }

  void expect_direct_numbers(const ConvCase& c, const Fast& convolve = on_tiles,
                             double most_error = kMostErrorRounded) {
    SCOPED_TRACE(testing::Message() << c);
    const auto numbers = rough_leaves(c);
    const auto fast = numbers.learning(at::kFloat), exact = numbers.learning(at::kDouble);
    const auto y = convolve(fast, c);
    const auto expected = direct(exact, c);
    ASSERT_EQ(y.sizes(), expected.sizes());
    EXPECT_LE(relative_error(y, expected), most_error);
    const auto dy = at::randn_like(expected).to(at::kBFloat16);
    const auto got = torch::autograd::grad({y}, fast.all(), {dy});
    const auto wanted = torch::autograd::grad({expected}, exact.all(), {dy.to(at::kDouble)});
    const bool is_folded = c.window.edge == Edge::kReflect;
    EXPECT_LE(relative_error(got[0], wanted[0]), is_folded ? kMostErrorFolded : most_error)
        << "of x";
    EXPECT_LE(relative_error(got[1], wanted[1]), kMostError) << "of the weight";
    EXPECT_LE(relative_error(got[2], wanted[2]), kMostError) << "of the bias";
  }
};

TEST_P(TileConvTest, EqualsDirectConvolutionOfAnySize) {
  const Window same{3, 1, 1}, mirrored{3, 1, 1, Edge::kReflect};
  for (const auto& [height, width] : std::vector<std::pair<int64_t, int64_t>>{
           {16, 16}, {2, 2}, {5, 37}, {33, 15}, {1, 40}, {64, 64}}) {
    expect_direct_numbers({1, 32, 64, height, width, same});
    if (height > 1) expect_direct_numbers({2, 64, 32, height, width, mirrored});
  }
}

TEST_P(TileConvTest, EqualsDirectConvolutionByAnyWindow) {
  for (const Window& window : {Window{4, 2, 1}, Window{4, 1, 1}, Window{3, 2, 1}, Window{5, 1, 2},
                               Window{1, 1, 0}, Window{2, 2, 0}, Window{7, 1, 3, Edge::kReflect},
                               Window{5, 3, 0}, Window{3, 2, 1, Edge::kReflect}}) {
    expect_direct_numbers({2, 32, 64, 19, 22, window});
  }
}

TEST_P(TileConvTest, EqualsTransposedConvolution) {
  for (const Window& window : {Window{4, 2, 1}, Window{3, 2, 1, Edge::kZero, 1}, Window{3, 1, 1},
                               Window{5, 3, 2}, Window{2, 2, 0}, Window{1, 2, 0, Edge::kZero, 1}}) {
    expect_direct_numbers({2, 64, 32, 9, 17, window, ConvWay::kTransposed});
  }
}

TEST_P(TileConvTest, TakesMapsOfManyChannelsPieceByPiece) {
  expect_direct_numbers({3, 96, 160, 30, 30, {3, 1, 1}});
}

TEST_P(TileConvTest, EqualsDirectConvolutionFromAndToFewChannels) {
  for (const Window& window : {Window{7, 1, 3, Edge::kReflect}, Window{7, 1, 0}, Window{9, 1, 4},
                               Window{3, 1, 1}, Window{1, 1, 0}}) {
    for (const int64_t width : {9, 16, 41}) {
      expect_direct_numbers({2, 3, 64, 13, width, window}, thin, kMostErrorFolded);
    }
  }
  for (const Window& window :
       {Window{7, 1, 6}, Window{7, 1, 3}, Window{9, 1, 0}, Window{3, 1, 1}}) {
    for (const int64_t width : {9, 16, 41}) {
      expect_direct_numbers({2, 64, 3, 13, width, window, ConvWay::kTransposed}, thin,
                            kMostErrorFolded);
    }
  }
}

TEST_P(TileConvTest, JoinsMapsAndScalesWhatIsNegative) {
  const auto numbers = rough_leaves({2, 96, 64, 13, 29, {3, 1, 1}});
  const c10::NoGradGuard no_gradients;
  const auto slopes = at::rand({64});
  const auto joined = tile_conv_of_joined({numbers.x.narrow(1, 0, 32), numbers.x.narrow(1, 32, 64)},
                                          numbers.weight, numbers.bias, {3, 1, 1}, slopes, kept_);
  const auto expected =
      at::prelu(at::conv2d(numbers.x, numbers.weight, numbers.bias, 1, 1), slopes);
  EXPECT_LE(relative_error(joined, expected.to(at::kDouble)), kMostErrorRounded);
  const auto of_short = [&] {
    tile_conv_of_joined({numbers.x.narrow(1, 0, 32)}, numbers.weight, {}, {3, 1, 1}, {}, kept_);
  };
  EXPECT_THROW(of_short(), Error);
}

TEST_P(TileConvTest, SeesThatAWeightHasChanged) {
  const auto numbers = rough_leaves({1, 32, 32, 16, 16, {3, 1, 1}});
  const auto convolve = [&] {
    return tile_conv(numbers.x, numbers.weight, {}, {3, 1, 1}, ConvWay::kPlain, kept_);
  };
  const auto before = convolve();
  numbers.weight.mul_(2);
  EXPECT_TRUE(at::equal(convolve(), 2 * before));
}

TEST_P(TileConvTest, HasGradientsOfGradients) {
  const ConvCase c{1, 32, 32, 8, 16, {3, 1, 1, Edge::kReflect}};
  const auto numbers = rough_leaves(c);
  const auto fast = numbers.learning(at::kFloat), exact = numbers.learning(at::kDouble);
  const auto slope = [&](const ConvLeaves& of, const Tensor& y) {
    const auto dx =
        torch::autograd::grad({y.to(at::kDouble).square().sum()}, {of.x}, {}, true, true);
    return torch::autograd::grad({dx[0].square().sum()}, {of.weight})[0];
  };
  const auto got = slope(fast, tile_conv(fast.x, fast.weight, {}, c.window, c.way, kept_));
  const auto wanted = slope(exact, direct({exact.x, exact.weight, {}}, c));
  EXPECT_LE(relative_error(got, wanted), 2e-2);
}

TEST_P(TileConvTest, RefusesOtherShapes) {
  const auto x = at::ones({1, 32, 16, 16});
  const auto refused = [&](const Tensor& map, const Tensor& weight, const Window& window) {
    EXPECT_THROW(tile_conv(map, weight, {}, window, ConvWay::kPlain, kept_), Error);
  };
  refused(x, at::ones({40, 32, 3, 3}), {3, 1, 1});
  refused(x, at::ones({32, 64, 3, 3}), {3, 1, 1});
  refused(x, at::ones({32, 32, 3, 3}), {4, 1, 1});
  refused(at::ones({1, 32, 2, 2}), at::ones({32, 32, 7, 7}), {7, 1, 3, Edge::kReflect});
  EXPECT_THROW(
      thin_conv(at::ones({1, 5, 16, 16}), at::ones({32, 5, 7, 7}), {}, {7, 1, 3}, ConvWay::kPlain),
      Error);
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, TileConvTest, instruction_sets());

TEST(TileConvRule, TakesMapsOfEnoughUnderBf16WhereThereAreTiles) {
  const auto x = at::ones({1, 64, 64, 64}), weight = at::ones({64, 64, 3, 3});
  const Window window{3, 1, 1};
  EXPECT_FALSE(tile_conv_wins(x, weight, window, ConvWay::kPlain)) << "in fp32";
  const PrecisionScope precision({.device = at::kCPU, .precision = Precision::kBf16, .threads = 2});
  EXPECT_EQ(tile_conv_wins(x, weight, window, ConvWay::kPlain), has_amx()) << "with gradients";
  const c10::NoGradGuard no_gradients;
  EXPECT_EQ(tile_conv_wins(x, weight, window, ConvWay::kPlain), has_tiles());
  EXPECT_FALSE(tile_conv_wins(at::ones({1, 64, 8, 8}), weight, window, ConvWay::kPlain)) << "few";
  EXPECT_FALSE(
      tile_conv_wins(at::ones({1, 48, 64, 64}), at::ones({64, 48, 3, 3}), window, ConvWay::kPlain))
      << "no multiple of 32";
  limit_instructions("avx2");
  EXPECT_FALSE(tile_conv_wins(x, weight, window, ConvWay::kPlain)) << "without tiles";
  limit_instructions("best");
}

}  // namespace
}  // namespace ganvas::kernels
