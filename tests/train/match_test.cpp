// A game being played.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/match.h"

#include <cmath>
#include <map>
#include <string>

#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>

#include "ganvas/core/random.h"
#include "ganvas/nn/stack.h"
#include "ganvas/tasks/task.h"
#include "tests/support/errors.h"
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

struct SavingCase {
  std::string method;
  Settings settings;
};

/// A few steps that save memory in some way move the networks as those do that save none.
// RMSProp, whose moves are as large as the gradients: Adam's first ones are as large for rounding
// errors.
void expect_equal_moves(const SavingCase& with, const Saving& saving, double tolerance) {
  const auto machine = exact_machine();
  const auto& row = find_method(with.method);
  const auto images = shape_of(row.task, {.size = 32});
  Settings settings = {{"width", "4"},
                       {"discriminator-width", "4"},
                       {"patch", "16"},
                       {"optimizer", "rmsprop"},
                       {"lr", "0.0001"}};
  settings.insert(settings.end(), with.settings.begin(), with.settings.end());
  seed_torch(3);
  std::vector<Batch> batches;
  for (int64_t i = 0; i < 3; ++i) {
    const auto a = at::rand({5, 3, 32 / images.scale, 32 / images.scale}) * 2 - 1;
    batches.push_back({a, at::rand({5, 3, 32, 32}) * 2 - 1, at::zeros({5}, at::kLong),
                       at::zeros({5}, at::kLong)});
  }
  const auto played = [&](const Saving& how, PlayedTerms& terms) {
    seed_torch(1);
    auto method = row.build(settings, images);
    Match match(*method, machine, how);
    for (int64_t step = 0; step < 3; ++step) terms = match.play(batches[step], step);
    return method;
  };
  PlayedTerms whole_terms, terms;
  const auto whole = played({}, whole_terms), cut = played(saving, terms);
  ASSERT_EQ(terms.size(), whole_terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    EXPECT_EQ(terms[i].first, whole_terms[i].first);
    EXPECT_NEAR(terms[i].second, whole_terms[i].second, 1e-4 * (1 + std::abs(terms[i].second)));
  }
  seed_torch(1);
  const auto fresh = row.build(settings, images);
  const auto from = parameters_of(*fresh), to = parameters_of(*whole), got = parameters_of(*cut);
  double moved = 0, apart = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    moved += (to[i].second - from[i].second).square().sum().item<double>();
    apart += (to[i].second - got[i].second).square().sum().item<double>();
  }
  EXPECT_LT(std::sqrt(apart / moved), tolerance);
  if (saving.parts > 1) return;  // batch statistics are a part's
  const auto seen = buffers_of(*whole), seen_too = buffers_of(*cut);
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_TRUE(seen[i].second.allclose(seen_too[i].second, 1e-4, 1e-6)) << seen[i].first;
  }
}

class Parts : public testing::TestWithParam<SavingCase> {};

TEST_P(Parts, ABatchInPartsMovesAsTheWholeBatch) {
  expect_equal_moves(GetParam(), {.parts = 3}, 1e-3);
}

class Recomputation : public testing::TestWithParam<SavingCase> {};

TEST_P(Recomputation, MovesAsWithAllMapsKept) {
  expect_equal_moves(GetParam(), {.inner_maps = InnerMaps::kRecomputed}, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Methods, Recomputation,
                         testing::Values(SavingCase{"pix2pix", {}},
                                         SavingCase{"cyclegan", {{"pool-size", "7"}}},
                                         SavingCase{"cut", {}}, SavingCase{"unit", {}},
                                         SavingCase{"srresnet", {}}, SavingCase{"discogan", {}}),
                         [](const auto& info) { return info.param.method; });

INSTANTIATE_TEST_SUITE_P(
    Methods, Parts,
    testing::Values(SavingCase{"pix2pix", {{"norm", "instance"}, {"dropout", "none"}}},
                    SavingCase{"cyclegan", {{"pool-size", "7"}}},
                    SavingCase{"regress", {{"norm", "instance"}, {"dropout", "none"}}},
                    SavingCase{"srresnet", {{"upscaler", "compact"}}}),
    [](const auto& info) { return info.param.method; });

/// Two players with a weight each, who see what a shared pass has drawn.
class Drawing final : public Method {
 public:
  Drawing() {
    for (const auto* name : {"first", "second"}) {
      players_.push_back({.name = name,
                          .trains = {add_network(name, stack({conv({1, 1, 1})}))},
                          .losses = {[this, name](const Batch& batch) {
                            seen[name].push_back(drawn_);
                            Losses losses;
                            losses.add("sum", networks_by_name(name)(batch.a).sum());
                            return losses;
                          }}});
    }
  }
  Game game() override { return {.players = players_}; }
  void forward(const Batch& batch) override {
    drawn_ = draw_normal({batch.size()}, batch.a.options());
  }
  std::map<std::string, std::vector<Tensor>> seen;

 private:
  const Network& networks_by_name(const std::string& name) const {
    return networks()[name == "first" ? 0 : 1].second;
  }
  std::vector<Player> players_;
  Tensor drawn_;
};

TEST(Match, APartsPassIsRunAgainOnTheSameDraws) {
  const auto machine = exact_machine();
  seed_torch(5);
  Drawing method;
  Match match(method, machine, {.parts = 2});
  match.play({.a = at::ones({4, 1, 1, 1}), .b = at::ones({4, 1, 1, 1})}, 0);
  const auto &first = method.seen["first"], &second = method.seen["second"];
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(second.size(), 2U);
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(first[i].equal(second[i]));
  EXPECT_FALSE(first[0].equal(first[1]));
}

/// A loss of 0 whose slope is none: the root of what is 0.
class Rooted final : public Method {
 public:
  Rooted() : network_(add_network("network", stack({conv({1, 1, 1})}))) {}
  Game game() override {
    return {.players = {{.name = "player",
                         .trains = {network_},
                         .losses = {[this](const Batch& batch) {
                           Losses losses;
                           losses.add("root", (0 * network_(batch.a)).sqrt().sum());
                           return losses;
                         }}}}};
  }

 private:
  Network network_;
};

TEST(Match, AGradientThatIsNotFiniteMovesNobody) {
  Rooted method;
  Match match(method, exact_machine());
  const auto weight = parameters_of(method).at(0).second;
  const auto before = weight.clone();
  const Batch batch{at::ones({1, 1, 2, 2}), at::ones({1, 1, 2, 2}), {}, {}};
  const auto said = error_of([&] { match.play(batch, 7); });
  EXPECT_TRUE(
      contains(said, "step 7: the gradient of the player's loss is too large, or not finite"));
  EXPECT_TRUE(weight.equal(before));
}

}  // namespace
}  // namespace ganvas
