// A GPU plays the same game as the processor. Skipped where there is no GPU.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/cuda.h"
#include "ganvas/core/random.h"
#include "ganvas/tasks/task.h"
#include "ganvas/train/match.h"
#include "tests/support/close.h"
#include "tests/support/machine.h"
#include "tests/support/rows.h"

namespace ganvas {
namespace {

// Before any other test makes torch ask for CUDA, and remember that there is none.
const std::string& no_gpu = load_cuda();

class GpuContract : public testing::TestWithParam<MethodEntry> {
 protected:
  void SetUp() override {
    if (!no_gpu.empty()) GTEST_SKIP() << no_gpu;
  }

  ImageSpec images() const {
    return shape_of(GetParam().task, {.size = 32, .class_names = "x,y,z,w"});
  }

  std::unique_ptr<Method> make() const {
    return GetParam().build({{"width", "8"}, {"discriminator-width", "8"}, {"dropout", "none"}},
                            images());
  }

  Batch batch() const {
    const auto spec = images();
    const auto image = [&spec](int64_t side) {
      return at::rand({2, spec.channels_a, side, side}) * 2 - 1;
    };
    return {image(spec.side() / spec.scale), image(spec.side()), at::zeros({2}, at::kLong),
            at::zeros({2}, at::kLong)};
  }

  /// The losses of the first step, and what translate() then makes.
  std::pair<PlayedTerms, Tensor> play_once(const Machine& machine) const {
    const DrawOnProcessor same_draws;
    seed_torch(3);
    const auto method = make();
    const auto batch = this->batch();
    move_to(*method, machine.device);
    Match match(*method, machine);
    const auto terms = match.play(batch.to(machine.device), /*step=*/0);
    if (method->abilities().directions.empty()) return {terms, {}};
    return {terms, method->translate(batch.a.to(machine.device), Direction::kAtoB).cpu()};
  }
};

TEST_P(GpuContract, AStepIsThatOfTheProcessor) {
  const auto [expected, image] = play_once(exact_machine());
  const auto [terms, made] = play_once(set_up_machine(
      {.device = "cuda", .precision = "fp32", .deterministic = true}, Work::kTraining));
  ASSERT_EQ(terms.size(), expected.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    EXPECT_NEAR(terms[i].second, expected[i].second, 1e-3 * (1 + std::abs(expected[i].second)))
        << terms[i].first;
  }
  EXPECT_TRUE(!made.defined() || close(made, image, {1e-2, 1e-2}));
}

TEST_P(GpuContract, AReplayedStepIsTheSameAsALaunchedOne) {
  const auto play = [this](const std::string& graph) {
    seed_torch(3);
    const auto method = make();
    const auto machine = set_up_machine(
        {.device = "cuda", .precision = "fp32", .cuda_graph = graph, .deterministic = true},
        Work::kTraining);
    move_to(*method, machine.device);
    Match match(*method, machine);
    std::vector<PlayedTerms> curve;
    for (int64_t step = 0; step < 8; ++step) {  // captured at the fourth
      curve.push_back(match.play(batch().to(machine.device), step, 1 - 0.1 * step));
    }
    return curve;
  };
  const auto launched = play("off"), replayed = play("auto");
  for (size_t step = 0; step < launched.size(); ++step) {
    ASSERT_EQ(replayed[step].size(), launched[step].size());
    for (size_t i = 0; i < launched[step].size(); ++i) {
      const auto& [name, value] = launched[step][i];
      EXPECT_NEAR(replayed[step][i].second, value, 1e-3 * (1 + std::abs(value)))
          << name << " of step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, GpuContract, testing::ValuesIn(methods()), row_name);

}  // namespace
}  // namespace ganvas
