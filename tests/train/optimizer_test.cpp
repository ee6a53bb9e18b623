// What moves a network.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/optimizer.h"

#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"

namespace ganvas {
namespace {

class Optimizers : public testing::TestWithParam<OptimizerKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, Optimizers,
                         testing::Values(OptimizerKind::kAdam, OptimizerKind::kRmsprop));

// Convolutions of channels-last maps give their weights' gradients in that order of memory.
TEST_P(Optimizers, MoveByTheNumbersNotByTheirOrderInMemory) {
  seed_torch(1);
  const auto weight = at::randn({4, 3, 3, 3}), gradient = at::randn({4, 3, 3, 3});
  std::vector<Tensor> moved;
  for (const auto order : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
    moved.push_back(weight.clone());
    Optimizer optimizer({{"weight", moved.back()}}, {.lr = 0.1, .optimizer = GetParam()});
    for (int step = 0; step < 3; ++step) optimizer.step({gradient.contiguous(order)});
  }
  EXPECT_TRUE(moved[0].equal(moved[1]));
  EXPECT_FALSE(moved[0].equal(weight));
}

// What is kept of a weight in another form is made anew when its version changes.
TEST_P(Optimizers, MovesChangeTheVersionOfWhatTheyMove) {
  const auto weight = at::randn({2, 3});
  Optimizer optimizer({{"weight", weight}}, {.optimizer = GetParam()});
  const auto before = weight._version();
  optimizer.step({at::randn({2, 3})});
  EXPECT_GT(weight._version(), before);
}

}  // namespace
}  // namespace ganvas
