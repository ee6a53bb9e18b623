// What a model is worth, of methods and data whose figures are known.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/evaluate/boxes.h"
#include "ganvas/evaluate/classes.h"
#include "ganvas/evaluate/domains.h"
#include "ganvas/evaluate/images.h"
#include "ganvas/evaluate/pairs.h"
#include "tests/support/errors.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

constexpr int64_t kSide = 32;

/// Images in memory.
class Given final : public Dataset {
 public:
  explicit Given(std::vector<Sample> samples) : samples_(std::move(samples)) {}
  int64_t size() const override { return static_cast<int64_t>(samples_.size()); }
  Sample get(int64_t i, Random) const override { return samples_.at(static_cast<size_t>(i)); }

 private:
  std::vector<Sample> samples_;
};

/// A method that does what it is told.
class Told final : public Method {
 public:
  Abilities can;
  std::function<Tensor(const Tensor&, Direction)> translation;
  std::function<Tensor(const Tensor&)> scores;
  Tensor made;

  Game game() override { return {}; }
  Abilities abilities() const override { return can; }
  Tensor classify(const Tensor& images, Domain) override { return scores(images); }
  std::vector<Tensor> sample(int64_t count) override { return {made.narrow(0, 0, count)}; }

 protected:
  Tensor run_translation(const Tensor& images, Direction way) override {
    return translation(images, way);
  }
};

Model model_of(Told& method, const std::string& classes = "") {
  CheckpointInfo info;
  info.method = "told";
  for (const auto& knob : describe(ImageSpec{.size = kSide, .class_names = classes})) {
    info.settings.emplace_back(knob.name, knob.value);
  }
  return Model::view(method, info, exact_machine());
}

/// A grey image of one level, 0 to 255.
Tensor level(double value) {
  return at::full({3, kSide, kSide}, value / 127.5 - 1, at::kFloat);
}

TEST(Measure, PairsStandBesideDoingNothing) {
  const Given data({{level(100), level(110), "p"}, {level(50), level(60), "q"}});
  Told method;
  method.translation = [](const Tensor& a, Direction) { return a + 7 / 127.5; };
  const auto report = measure_pairs(model_of(method), data, plain_protocol(), {});
  EXPECT_NEAR(value_of(report.row("input").figures, "l1"), 10, 1e-3);
  EXPECT_NEAR(value_of(report.row("model").figures, "l1"), 3, 1e-3);
  EXPECT_NEAR(value_of(report.row("model").figures, "psnr"), 20 * std::log10(255 / 3.0), 1e-2);
  EXPECT_NEAR(*report.score, 3, 1e-3);
  EXPECT_EQ(report.names, (std::vector<std::string>{"p", "q"}));
  EXPECT_TRUE(contains(to_csv(report), "\"q\",\"model\",3.0000,"));
  EXPECT_EQ(report_table(report)[0][1], "L1 (levels)");
}

TEST(Measure, OnlyWhatIsHiddenCountsInMaskedPairs) {
  auto mask = at::zeros({1, kSide, kSide});
  mask.narrow(2, 0, 4).fill_(1);
  Sample sample{level(100), level(100), "p"};
  sample.mask = mask;
  Told method;
  method.translation = [](const Tensor& a, Direction) {
    auto made = a.clone();
    made.narrow(3, 0, 4).add_(8 / 127.5);
    return made;
  };
  const Given data({sample});
  const auto report = measure_pairs(model_of(method), data, masked_protocol(), {});
  EXPECT_NEAR(value_of(report.row("model").figures, "l1"), 8, 1e-3) << "not an eighth of it";
}

TEST(Measure, ACycleThatComesBackIsZeroAndOneThatDoesNotIsAShareOfTheRange) {
  const Given data({{level(0), level(255), "p"}});
  Told method;
  method.can.directions = {Direction::kAtoB, Direction::kBtoA};
  method.translation = [](const Tensor& x, Direction way) {
    return way == Direction::kAtoB ? -x : -x.clamp_max(0);  // back, the bright half is lost
  };
  const auto report = measure_domains(model_of(method), data, {}, {});
  const auto& figures = report.row("model").figures;
  EXPECT_NEAR(value_of(figures, "cycle_l1_a"), 0.5, 1e-6) << "0 becomes 255, then the middle";
  EXPECT_NEAR(value_of(figures, "cycle_l1_b"), 0.5, 1e-6);
}

TEST(Measure, ClassesAreOverLabelledImagesAlone) {
  std::vector<Sample> samples;
  for (const int64_t label : {0L, 0L, 0L, 1L, kNoLabel}) {
    Sample sample{level(label == 1 ? 200 : 20), {}, "p"};
    sample.label_a = label;
    samples.push_back(sample);
  }
  samples[0].a = level(200);  // one of class 0 looks like class 1
  Told method;
  method.can = {.directions = {}, .predicts = Predicts::kClass};
  method.scores = [](const Tensor& images) {
    const auto bright = images.mean({1, 2, 3}).gt(0).to(at::kFloat).view({-1, 1});
    return at::cat({1 - bright, bright}, 1);
  };
  const auto report = measure_classes(model_of(method, "x,y"), Given(samples), {});
  const auto& figures = report.row("model").figures;
  EXPECT_DOUBLE_EQ(value_of(figures, "accuracy"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(value_of(figures, "balanced_accuracy"), (2.0 / 3 + 1) / 2);
  EXPECT_DOUBLE_EQ(value_of(figures, "precision_y"), 0.5);
  EXPECT_EQ(report.confusion[1], (std::vector<std::string>{"x", "2", "1"}));
}

TEST(Measure, ClassesThatNobodyKnowsAreToldBeforeNumbersAreMadeOfNothing) {
  Told method;
  method.can = {.directions = {}, .predicts = Predicts::kClass};
  method.scores = [](const Tensor& images) { return at::zeros({images.size(0), 2}); };
  const Given data({{level(1), {}, "p"}});
  EXPECT_TRUE(contains(error_of([&] { measure_classes(model_of(method, "x,y"), data, {}); }),
                       "expected x,y"));
}

TEST(Measure, SamplesThatAreTheDataAreAsSharpAsThey) {
  const RandomStateScope keep;
  seed_torch(2);
  std::vector<Sample> samples;
  std::vector<Tensor> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(at::rand({3, kSide, kSide}) * 2 - 1);
    samples.push_back({all.back(), {}, "p"});
  }
  Told method;
  method.can = {.directions = {}, .samples = true};
  method.made = at::stack(all);
  MeasureOptions options;
  options.samples = 3;
  options.kept_samples = 2;
  const auto report = measure_images(model_of(method), Given(samples), options);
  EXPECT_NEAR(value_of(report.row("model").figures, "sample_sharpness"), 1, 1e-6);
  ASSERT_EQ(report.made.size(), 1U);
  EXPECT_EQ(report.made[0].size(), 2U);
  EXPECT_TRUE(report.made[0][1].equal(all[1]));
}

TEST(Boxes, PeaksAreCountedInsideAnyBoxOfTheirImage) {
  const Scratch scratch;
  write_file(scratch / "b.json", R"({"p": [[0, 0, 0.2, 0.2], [0.5, 0.5, 1, 1]], "q": []})");
  Boxes boxes(scratch / "b.json");
  boxes.count("p", {0.1, 0.1});
  boxes.count("p", {0.7, 0.5});
  boxes.count("p", {0.3, 0.1});
  boxes.count("without", {0.5, 0.5});
  EXPECT_EQ(boxes.asked(), 3);
  EXPECT_EQ(boxes.inside(), 2);
  write_file(scratch / "bad.json", R"({"p": [[0, 0, 0.2]]})");
  EXPECT_TRUE(contains(error_of([&] { Boxes(scratch / "bad.json"); }),
                       "p: got [0,0,0.2], expected [left, top, right, bottom]"));
}

}  // namespace
}  // namespace ganvas
