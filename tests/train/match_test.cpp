// A game being played.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/match.h"

#include <string>

#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

class Matches : public testing::TestWithParam<const char*> {
 protected:
  void TearDown() override { exact_machine(); }
};

INSTANTIATE_TEST_SUITE_P(Precisions, Matches, testing::Values("fp32", "bf16"));

// Kernels keep filters in other orders than the weights': in bf16 also while networks learn. Wide and
// large enough for all of them.
TEST_P(Matches, NetworksThatMovedDoWhatTheirWeightsSay) {
  if (GetParam() == std::string("bf16") && !has_fast_bf16()) {
    GTEST_SKIP() << "this processor has no fast bf16";
  }
  const auto machine = set_up_machine({.device = "cpu", .precision = GetParam()}, Work::kTraining);
  const ImageSpec spec{.size = 64};
  const auto made = [&] {
    seed_torch(1);
    return find_method("cyclegan")
        .build({{"width", "32"}, {"generator", "resnet6"}, {"discriminator-width", "32"}}, spec);
  };
  const auto learner = made(), copy = made();
  Match match(*learner, machine);
  const Batch batch{at::rand({1, 3, 64, 64}) * 2 - 1, at::rand({1, 3, 64, 64}) * 2 - 1,
                    at::zeros({1}, at::kLong), at::zeros({1}, at::kLong)};
  for (int64_t step = 0; step < 3; ++step) match.play(batch, step);
  const c10::NoGradGuard no_gradients;
  auto from = parameters_of(*learner), to = parameters_of(*copy);
  for (size_t i = 0; i < from.size(); ++i) to[i].second.copy_(from[i].second);
  const PrecisionScope precision(machine);
  const auto moved = learner->translate(batch.a, Direction::kAtoB);
  EXPECT_TRUE(moved.equal(copy->translate(batch.a, Direction::kAtoB)));
}

}  // namespace
}  // namespace ganvas
