// What every method must keep, run once for each row of the registry. A new row is tested by being
// there.
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <set>

#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>
#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include "ganvas/core/random.h"
#include "ganvas/methods/method.h"
#include "ganvas/tasks/task.h"
#include "ganvas/train/match.h"
#include "ganvas/train/train.h"
#include "tests/support/machine.h"
#include "tests/support/rows.h"

namespace ganvas {

namespace {

constexpr int64_t kSide = 32;

ImageSpec small_images(const MethodEntry& row) {
  return shape_of(row.task, {.size = kSide, .class_names = "x,y,z,w"});
}

Batch small_batch(const MethodEntry& row) {
  if (row.task == Task::kPoints) {
    const auto points = at::rand({4, 2, 1, 1}) * 2 - 1;
    return {points, points, at::arange(4), at::arange(4)};
  }
  const int64_t scale = small_images(row).scale;
  const auto coarse = at::rand({2, 3, kSide / 8, kSide / 8}) * 2 - 1;
  const auto enlarged = [&](int64_t by) {
    return coarse.repeat_interleave(by, 2).repeat_interleave(by, 3);
  };
  return {enlarged(8 / scale), -enlarged(8), at::arange(2), at::arange(2)};
}

std::vector<Tensor> copies(const NamedTensors& tensors) {
  std::vector<Tensor> out;
  for (const auto& [name, tensor] : tensors) out.push_back(tensor.detach().clone());
  return out;
}

std::set<std::string> changed(const NamedTensors& now, const std::vector<Tensor>& before) {
  std::set<std::string> names;
  for (size_t i = 0; i < now.size(); ++i) {
    if (!now[i].second.equal(before[i])) names.insert(now[i].first);
  }
  return names;
}

class MethodContract : public testing::TestWithParam<MethodEntry> {
 protected:
  void SetUp() override {
    machine_ = exact_machine();
    seed_torch(7);
  }

  std::unique_ptr<Method> make(Settings more = {}) const {
    Settings settings = {{"width", "4"}, {"discriminator-width", "4"}, {"patch", "16"}};
    settings.insert(settings.end(), more.begin(), more.end());
    return GetParam().build(settings, small_images(GetParam()));
  }

  Batch batch() const { return small_batch(GetParam()); }

  Machine machine_;
};

TEST_P(MethodContract, TranslateKeepsShapeAndRange) {
  const auto method = make();
  if (method->abilities().directions.empty()) GTEST_SKIP() << "this method translates nothing";
  for (const auto way : method->abilities().directions) {
    const auto out = method->translate(batch().a, way);
    EXPECT_EQ(out.sizes(), (std::vector<int64_t>{2, 3, kSide, kSide}));
    EXPECT_LE(out.abs().max().item<double>(), 1.0);
  }
}

TEST_P(MethodContract, SamplesKeepShapeAndRange) {
  const auto method = make();
  if (!method->abilities().samples) GTEST_SKIP() << "this method makes nothing from noise";
  const auto domains = method->sample(3);
  ASSERT_FALSE(domains.empty());
  for (const auto& images : domains) {
    if (GetParam().task == Task::kPoints) {
      EXPECT_EQ(images.sizes(), (std::vector<int64_t>{3, 2, 1, 1}));
      continue;
    }
    EXPECT_EQ(images.sizes(), (std::vector<int64_t>{3, 3, kSide, kSide}));
    EXPECT_LE(images.abs().max().item<double>(), 1.0);
  }
}

/// What a method can be asked for: how, and whether its abilities promise it.
struct Request {
  std::string name;
  bool is_promised;
  std::function<void(Method&)> ask;
};

std::vector<Request> requests_of(const Method& method, const Batch& batch) {
  const auto abilities = method.abilities();
  const auto tells = abilities.predicts != Predicts::kNothing;
  const auto labels = at::zeros({2}, at::kLong);
  std::vector<Request> all = {
      {"sample", abilities.samples, [](Method& m) { m.sample(2); }},
      {"decode", abilities.code > 0,
       [=](Method& m) { m.decode(at::rand({2, std::max<int64_t>(1, abilities.code)}), labels); }},
      {"encode", abilities.encodes, [=](Method& m) { m.encode(batch.a); }},
      {"classify", tells, [=](Method& m) { m.classify(batch.a, Domain::kA); }}};
  for (const auto way : {Direction::kAtoB, Direction::kBtoA}) {
    all.push_back({way == Direction::kAtoB ? "translate there" : "translate back",
                   abilities.translates(way), [=](Method& m) { m.translate(batch.a, way); }});
  }
  return all;
}

TEST_P(MethodContract, DoesWhatItsAbilitiesSayAndRefusesTheRest) {
  const auto method = make();
  for (const auto& request : requests_of(*method, batch())) {
    if (request.is_promised) {
      EXPECT_NO_THROW(request.ask(*method)) << request.name;
    } else {
      EXPECT_THROW(request.ask(*method), UsageError) << request.name;
    }
  }
}

TEST_P(MethodContract, UseUpdatesNothing) {
  const auto method = make();
  const auto parameters = copies(parameters_of(*method)), buffers = copies(buffers_of(*method));
  for (const auto& request : requests_of(*method, batch())) {
    if (request.is_promised) request.ask(*method);
  }
  EXPECT_EQ(changed(parameters_of(*method), parameters), std::set<std::string>{});
  EXPECT_EQ(changed(buffers_of(*method), buffers), std::set<std::string>{});
}

TEST_P(MethodContract, AMoveChangesItsOwnNetworksOnly) {
  const auto method = make();
  const Game game = method->game();
  for (const auto& player : game.players) {
    Match match(*method, Game{{player}}, machine_);
    const auto before = copies(parameters_of(*method));
    int64_t step = 0;
    while (!player.plays(step)) ++step;
    match.play(batch(), step);
    std::set<std::string> own, moved, networks;
    for (const auto& [name, tensor] : parameters_of(*method, player)) {
      own.insert(name);
      networks.insert(name.substr(0, name.find('.')));
    }
    for (const auto& name : changed(parameters_of(*method), before)) {
      EXPECT_TRUE(own.count(name)) << player.name << " moved " << name;
      moved.insert(name.substr(0, name.find('.')));
    }
    EXPECT_EQ(moved, networks) << player.name << " left one of its networks alone";
  }
}

TEST_P(MethodContract, EveryParameterBelongsToOnePlayer) {
  const auto method = make();
  std::multiset<std::string> owned;
  std::set<std::string> seen;
  for (const auto& player : method->game().players) {
    if (!seen.insert(player.name).second) continue;  // a second turn of the same player
    for (const auto& [name, tensor] : parameters_of(*method, player)) owned.insert(name);
  }
  std::multiset<std::string> all;
  for (const auto& [name, tensor] : parameters_of(*method)) all.insert(name);
  EXPECT_EQ(owned, all);
}

TEST_P(MethodContract, TheSameSeedGivesTheSameLosses) {
  const auto run = [this] {
    seed_torch(7);
    const auto method = make();
    const auto batch = this->batch();
    Match match(*method, machine_);
    std::vector<PlayedTerms> curve;
    for (int64_t step = 0; step < 4; ++step) curve.push_back(match.play(batch, step));
    return curve;
  };
  EXPECT_EQ(run(), run());
}

bool is_optimizer(const at::RecordFunction& operation) {
  return std::string(operation.name()).find("aten::_fused_adam") == 0;
}

/// The operations that torch is asked for while `work` runs, in order, without those inside an
/// optimizer's one operation.
std::vector<std::string> operations_of(const std::function<void()>& work) {
  static thread_local std::vector<std::string> names;
  static thread_local bool in_optimizer;
  names.clear();
  in_optimizer = false;
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(
          [](const at::RecordFunction& f) -> std::unique_ptr<at::ObserverContext> {
            if (!in_optimizer) names.emplace_back(f.name());
            in_optimizer = in_optimizer || is_optimizer(f);
            return nullptr;
          },
          [](const at::RecordFunction& f, at::ObserverContext*) {
            if (is_optimizer(f)) in_optimizer = false;
          })
          .scopes({at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  return names;
}

TEST_P(MethodContract, AStepThatRepeatsAsksTheHostForNothing) {
  const auto method = make({{"critic-steps", "1"}});
  if (!method->game().repeats) GTEST_SKIP() << "its steps do not repeat";
  Match match(*method, plain_machine());  // the operations that a GPU would be asked for
  const auto turns = [&](int64_t step) {
    auto batch = this->batch();
    batch.step = step;
    method->decide(batch);
    return operations_of([&] { match.play_turns(batch, [](const Player&, const Losses&) {}); });
  };
  const auto first = turns(0);
  for (const auto* host : {"aten::item", "aten::is_nonzero", "aten::nonzero", "aten::equal"}) {
    EXPECT_EQ(std::count(first.begin(), first.end(), host), 0) << host;
  }
  for (int64_t step = 1; step < 4; ++step) EXPECT_EQ(turns(step), first) << "step " << step;
}

TEST_P(MethodContract, OverfitsTwoImages) {
  const auto method = make({{"dropout", "none"},
                            {"lr", "0.005"},
                            {"width", "8"},
                            {"optimizer", "adam"},
                            {"critic-steps", "1"},
                            {"early-reconstruction", "1"}});
  const auto batch = this->batch();
  Match match(*method, machine_);
  const auto task = GetParam().task;
  const auto abilities = method->abilities();
  const bool comes_back = abilities.directions.size() == 2 && abilities.fixed_size == 0;
  const bool can_be_held = task == Task::kDomains ? comes_back : !abilities.directions.empty();
  if (!can_be_held)
    GTEST_SKIP() << "without a target and a way back there is nothing to hold it to";
  if (GetParam().name == "vaegan") GTEST_SKIP() << "it is held to features, not to pixels";
  const auto distance = [&] {
    const auto made = method->translate(batch.a, Direction::kAtoB);
    const auto reached = task == Task::kDomains ? method->translate(made, Direction::kBtoA) : made;
    const bool is_paired = task == Task::kPairs || task == Task::kUpscaling;
    return (reached - (is_paired ? batch.b : batch.a)).abs().mean().item<double>();
  };
  const double before = distance();
  double least = before;  // at this learning rate some methods come and go
  for (int64_t step = 0; step < 300; ++step) {
    match.play(batch, step);
    if (step % 30 == 29) least = std::min(least, distance());
  }
  EXPECT_LT(least, 0.5 * before);
}

TEST_P(MethodContract, KnobsAreExplainedAndNamedOnce) {
  std::set<std::string> names;
  auto all = GetParam().knobs;
  std::vector<std::vector<Knob>> others = {describe(ImageSpec{}), describe(LayoutConfig{}),
                                           describe(TrainConfig{}), describe(RunConfig{}),
                                           describe(MachineConfig{})};
  for (const auto& row : tasks()) {
    if (row.serves == GetParam().task) others.push_back(row.knobs);
  }
  std::set<std::string> of_data;  // which kinds of data may share
  for (const auto& more : others) {
    for (const auto& knob : more) {
      if (of_data.insert(knob.name).second) all.push_back(knob);
    }
  }
  for (const auto& knob : all) {
    EXPECT_FALSE(knob.help.empty()) << "--" << knob.name;
    EXPECT_TRUE(names.insert(knob.name).second) << "--" << knob.name << " is declared twice";
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, MethodContract, testing::ValuesIn(methods()), row_name);

}  // namespace
}  // namespace ganvas
