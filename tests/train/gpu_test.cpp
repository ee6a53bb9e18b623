// A GPU plays the same game as the processor. Skipped where there is no GPU.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/Context.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/train/match.h"
#include "tests/support/close.h"
#include "tests/support/machine.h"
#include "tests/support/rows.h"

namespace ganvas {
namespace {

class GpuContract : public testing::TestWithParam<MethodEntry> {
 protected:
  void SetUp() override {
    if (!at::globalContext().hasCUDA()) GTEST_SKIP() << "no CUDA device here";
  }

  /// The losses of the first step, and what translate() then makes.
  std::pair<PlayedTerms, Tensor> play_once(const Machine& machine) const {
    seed_torch(3);
    const auto task = Task{.size = 32, .class_names = "x,y,z,w"}.fitted(GetParam().needs);
    const auto method =
        GetParam().build({{"width", "8"}, {"discriminator-width", "8"}, {"dropout", "none"}}, task);
    const auto picture = [&task](int64_t side) {
      return at::rand({2, task.channels_a, side, side}) * 2 - 1;
    };
    const Batch batch{picture(task.size / task.scale), picture(task.size),
                      at::zeros({2}, at::kLong), at::zeros({2}, at::kLong)};
    move_to(*method, machine.device);
    Match match(*method, machine);
    const auto terms = match.play(batch.to(machine.device), /*step=*/0);
    if (method->abilities().directions.empty()) return {terms, {}};
    return {terms, method->translate(batch.a.to(machine.device), Direction::kAtoB).cpu()};
  }
};

TEST_P(GpuContract, AStepIsThatOfTheProcessor) {
  const auto [expected, picture] = play_once(exact_machine());
  const auto [terms, made] = play_once(set_up_machine({"cuda", "fp32", 1}, Work::kTraining));
  ASSERT_EQ(terms.size(), expected.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    EXPECT_NEAR(terms[i].second, expected[i].second, 1e-3 * (1 + expected[i].second))
        << terms[i].first;
  }
  EXPECT_TRUE(!made.defined() || close(made, picture, {1e-2, 1e-2}));
}

INSTANTIATE_TEST_SUITE_P(Registry, GpuContract, testing::ValuesIn(methods()), row_name);

}  // namespace
}  // namespace ganvas
