// Loss scaling: the same moves, and none by gradients that overflow.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/loss_scale.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/train/match.h"
#include "tests/support/close.h"

namespace ganvas {
namespace {

/// A player of one network, whose loss is `factor` times the sum of its numbers' squares.
class Squares {
 public:
  explicit Squares(Precision precision) {
    seed_torch(5);
    method_ = find_method("regress").build({{"width", "4"}}, ImageSpec{.size = 32});
    const auto network = method_->networks().front().second;
    Game game;
    game.players.push_back(
        {.name = "player", .trains = {network}, .losses = {[this, network](const Batch&) {
                                                  auto sum = at::zeros({});
                                                  for (const auto& [name, tensor] :
                                                       network.parameters()) {
                                                    sum = sum + tensor.square().sum();
                                                  }
                                                  Losses losses;
                                                  losses.add("squares", factor * sum);
                                                  return losses;
                                                }}});
    match_ = std::make_unique<Match>(
        *method_, game, Machine{.device = at::kCPU, .precision = precision, .threads = 1});
  }

  void play() { match_->play({}, /*step=*/0); }

  std::vector<Tensor> numbers() const {
    std::vector<Tensor> all;
    for (const auto& [name, tensor] : parameters_of(*method_)) {
      all.push_back(tensor.detach().clone());
    }
    return all;
  }

  double scale() const {
    for (const auto& [name, tensor] : match_->state()) {
      if (name == "loss_scale/player/scale") return tensor.item<double>();
    }
    return 1;
  }

  double factor = 1;

 private:
  std::unique_ptr<Method> method_;
  std::unique_ptr<Match> match_;
};

TEST(LossScale, MovesAsWithoutIt) {
  Squares plain(Precision::kFp32), scaled(Precision::kFp16);
  const auto before = plain.numbers();
  for (int i = 0; i < 3; ++i) {
    plain.play();
    scaled.play();
  }
  const auto expected = plain.numbers(), got = scaled.numbers();
  for (size_t i = 0; i < got.size(); ++i) EXPECT_TRUE(close(got[i], expected[i], kOneOperation));
  EXPECT_FALSE(close(got[0], before[0], kOneOperation));
  EXPECT_EQ(plain.scale(), 1);
  EXPECT_EQ(scaled.scale(), 65536);
}

TEST(LossScale, NobodyMovesByGradientsThatOverflowAndTheScaleHalves) {
  Squares player(Precision::kFp16);
  player.factor = 1e36;  // the loss is finite, its gradients times 65536 are not
  const auto before = player.numbers();
  player.play();
  player.play();
  const auto after = player.numbers();
  for (size_t i = 0; i < after.size(); ++i) EXPECT_TRUE(after[i].equal(before[i]));
  EXPECT_EQ(player.scale(), 16384);
  player.factor = 1;
  player.play();
  EXPECT_FALSE(player.numbers()[0].equal(before[0]));
}

TEST(LossScale, DoublesAfterManyGoodMoves) {
  LossScale scale(Machine{.device = at::kCPU, .precision = Precision::kFp16, .threads = 1});
  for (int i = 0; i < 2000; ++i) {
    std::vector<Tensor> gradients{at::zeros({1})};
    ASSERT_TRUE(scale.take_out(gradients));
  }
  EXPECT_EQ(scale.state().front().second.item<double>(), 131072);
}

}  // namespace
}  // namespace ganvas
