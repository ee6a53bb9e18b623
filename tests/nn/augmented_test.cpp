// Differentiable augmentation: what is drawn, what stays, and that gradients go through.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/augmented.h"

#include <set>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>

#include "ganvas/core/random.h"
#include "ganvas/nn/stack.h"
#include "tests/support/close.h"

namespace ganvas {
namespace {

/// A network that gives back its input: what it sees can be looked at.
Network mirror(int64_t channels) {
  const auto network = stack({conv({channels, channels, 1}).without_bias()});
  const auto weight = network.parameters()[0].second;
  weight.detach().zero_();
  for (int64_t c = 0; c < channels; ++c) weight.detach()[c][c].fill_(1);
  return network;
}

Tensor seen(const Augmentation& augmentation, const Tensor& x, const std::vector<int64_t>& images) {
  return augmented(mirror(x.size(1)), augmentation, images)(x).detach();
}

TEST(Augmented, TranslationMovesByWholePixelsAndZerosComeIn) {
  seed_torch(1);
  const auto x =
      at::arange(1, 16 * 24 + 1).to(at::kFloat).view({1, 1, 16, 24}).expand({64, -1, -1, -1});
  const auto y = seen({.translation = true}, x, {1});
  std::set<std::pair<int64_t, int64_t>> moves;
  for (int64_t n = 0; n < 64; ++n) {
    // The middle is always inside: it says where the image went.
    const auto value = y[n][0][8][12].item<int64_t>() - 1;
    const int64_t down = value / 24 - 8, right = value % 24 - 12;
    moves.emplace(down, right);
    EXPECT_LE(std::abs(down), 2);
    EXPECT_LE(std::abs(right), 3);
    for (int64_t i = 0; i < 16; ++i) {
      for (int64_t j = 0; j < 24; ++j) {
        const int64_t row = i + down, column = j + right;
        const bool is_inside = row >= 0 && row < 16 && column >= 0 && column < 24;
        ASSERT_EQ(y[n][0][i][j].item<int64_t>(), is_inside ? row * 24 + column + 1 : 0);
      }
    }
  }
  EXPECT_GT(moves.size(), 20u) << "all images move alike";
}

TEST(Augmented, CutoutTakesASquareOfHalfTheSides) {
  seed_torch(2);
  const auto y = seen({.cutout = true}, at::ones({200, 2, 16, 16}), {2});
  const auto cut = (1 - y).sum(at::IntArrayRef{1, 2, 3}) / 2;
  EXPECT_EQ(cut.max().item<double>(), 64) << "8 x 8 where it lies inside";
  EXPECT_GE(cut.min().item<double>(), 16) << "4 x 4 in a corner";
  EXPECT_TRUE(y.narrow(1, 0, 1).equal(y.narrow(1, 1, 1)));
}

TEST(Augmented, ColorLeavesMapsOfAClassAlone) {
  seed_torch(3);
  const auto x = at::rand({8, 5, 8, 8});
  const auto y = seen({.color = true}, x, {3});
  EXPECT_FALSE(close(y.narrow(1, 0, 3), x.narrow(1, 0, 3), {1e-3, 1e-3}));
  EXPECT_TRUE(close(y.narrow(1, 3, 2), x.narrow(1, 3, 2), {1e-6, 1e-6}));
}

TEST(Augmented, PartsOfABatchAreChangedAlikeWhereTheyAreCompared) {
  seed_torch(4);
  const auto part = at::rand({4, 3, 16, 16});
  const Augmentation all{true, true, true, 3};
  const auto y = seen(all, at::cat({part, part, part}), {3});
  EXPECT_TRUE(y.narrow(0, 0, 4).equal(y.narrow(0, 8, 4)));
  EXPECT_FALSE(y[0].equal(y[1]));
}

TEST(Augmented, IsTheNetworkItselfInUseAndByName) {
  const auto network = mirror(3);
  const auto wrapped = augmented(network, {true, true, true}, {3});
  ASSERT_EQ(wrapped.parameters().size(), network.parameters().size());
  EXPECT_EQ(wrapped.parameters()[0].first, network.parameters()[0].first);
  const auto x = at::rand({2, 3, 16, 16});
  wrapped.set_mode(Mode::kRunningStatistics);
  EXPECT_TRUE(wrapped(x).equal(network(x)));
  wrapped.set_mode(Mode::kTrain);
  EXPECT_FALSE(wrapped(x).equal(network(x)));
  const auto leaf = x.clone().set_requires_grad(true);
  wrapped(leaf).sum().backward();
  EXPECT_GT(leaf.grad().abs().sum().item<double>(), 0) << "the generator learns nothing";
}

}  // namespace
}  // namespace ganvas
