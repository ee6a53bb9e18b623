// What every kind of data promises: it opens its example, a model of it is measured in finite numbers with
// units, and a validation is an evaluation.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/methods/method.h"
#include "ganvas/tasks/task.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

constexpr int64_t kSide = 32;

/// A kind of data, and a method that learns from it.
struct Learning {
  std::string layout, method;

  friend std::ostream& operator<<(std::ostream& out, const Learning& one) {
    return out << one.layout << " by " << one.method;
  }
};

/// Every layout with every method of its task.
std::vector<Learning> all_learnings() {
  std::vector<Learning> all;
  for (const auto& task : tasks()) {
    for (const auto& method : methods()) {
      if (method.task != task.serves) continue;
      for (const auto& layout : task.layouts) all.push_back({layout, method.name});
    }
  }
  return all;
}

class TaskContract : public testing::TestWithParam<Learning> {
 protected:
  /// One folder that has something for every layout; points name a mixture.
  TaskContract() {
    for (const auto* folder :
         {"train/x", "train/y", "test/x", "test/y", "trainA", "trainB", "testA", "testB"}) {
      make_folders(scratch_ / "d" / folder);
      for (const auto* name : {"p.png", "q.png"}) {
        write_image(noise_image(2 * kSide, 2 * kSide, 3, 8), scratch_ / "d" / folder / name);
      }
    }
    for (const auto* split : {"train", "test"}) {
      write_pairs(scratch_ / "pairs" / split, 2, kSide);
    }
    const auto& row = find_method(GetParam().method);
    const bool needs_folder = find_task(GetParam().layout).needs_folder;
    const bool is_side_by_side = GetParam().layout == "side-by-side";
    const auto folder = needs_folder ? scratch_ / (is_side_by_side ? "pairs" : "d") : "8-ring";
    data_ = find_data(folder, row.task, {{"layout", GetParam().layout}}, {.size = kSide});
    seed_torch(0);
    method_ = row.build({{"width", "4"}, {"discriminator-width", "4"}}, data_.images);
    info_.method = row.name;
    for (const auto& knob : describe(data_.images))
      info_.settings.emplace_back(knob.name, knob.value);
  }

  Report measure(const Dataset& data, const MeasureOptions& options) {
    return data_.measure(Model::view(*method_, info_, exact_machine()), data, options);
  }

  Scratch scratch_;
  Data data_;
  std::unique_ptr<Method> method_;
  CheckpointInfo info_;
};

TEST_P(TaskContract, AnUntrainedModelIsMeasuredInFiniteNumbersWithUnits) {
  const auto data = data_.open(Split::kTest, View::kPlain);
  ASSERT_GT(data->size(), 0);
  MeasureOptions options;
  options.samples = options.kept_samples = 4;
  options.sheet_rows = 2;
  const auto report = measure(*data, options);
  EXPECT_FALSE(report.protocol.empty());
  const auto& figures = report.row("model").figures;
  const auto abilities = method_->abilities();
  EXPECT_TRUE(!figures.empty() || abilities.directions.size() == 1) << "one way has no cycle";
  for (const auto& row : report.rows) {
    for (const auto& figure : row.figures) {
      EXPECT_TRUE(std::isfinite(figure.value)) << row.name << ": " << figure.name;
      EXPECT_FALSE(figure.unit.empty()) << figure.name;
    }
  }
  EXPECT_EQ(report.sheet.has_value(), abilities.samples || !abilities.directions.empty());
  EXPECT_TRUE(contains(to_json_text(report), "\"protocol\""));
  EXPECT_GT(report_table(report).size(), 0U);
}

TEST_P(TaskContract, AValidationIsAnEvaluationOnEqualImages) {
  const auto data = data_.open(Split::kTest, View::kPlain);
  MeasureOptions evaluation, validation;
  evaluation.samples = validation.samples = 4;
  validation.most_translated = validation.most_classified = data->size();
  validation.sheet_rows = 3;
  const auto a = measure(*data, evaluation), b = measure(*data, validation);
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (size_t i = 0; i < a.rows.size(); ++i) {
    ASSERT_EQ(a.rows[i].figures.size(), b.rows[i].figures.size());
    for (size_t k = 0; k < a.rows[i].figures.size(); ++k) {
      EXPECT_EQ(a.rows[i].figures[k].value, b.rows[i].figures[k].value)
          << a.rows[i].figures[k].name;
    }
  }
}

TEST_P(TaskContract, ASplitThatIsNotThereIsNothing) {
  EXPECT_EQ(data_.open_if_any(Split::kVal, View::kPlain), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Rows, TaskContract, testing::ValuesIn(all_learnings()),
                         [](const auto& info) {
                           auto name = info.param.layout + "_" + info.param.method;
                           for (auto& c : name) c = std::isalnum(c) != 0 ? c : '_';
                           return name;
                         });

TEST(Tasks, LayoutsAreOfOneRowEachAndKnobsAgree) {
  std::set<std::string> layouts;
  std::map<std::string, std::string> helps;
  for (const auto& row : tasks()) {
    EXPECT_FALSE(row.summary.empty());
    for (const auto& layout : row.layouts) EXPECT_TRUE(layouts.insert(layout).second) << layout;
    for (const auto& knob : row.knobs) {
      EXPECT_FALSE(knob.help.empty()) << knob.name;
      const auto known = helps.emplace(knob.name, knob.value).first->second;
      EXPECT_EQ(known, knob.value) << "--" << knob.name << " has two defaults";
    }
  }
}

TEST(Tasks, MaskedPairsHideWhatTheirMasksSay) {
  const Scratch scratch;
  make_folders(scratch / "d");
  make_folders(scratch / "masks");
  write_image(noise_image(48, 32, 3, 8), scratch / "d/p.png");
  auto mask = make_image(48, 32, 1);
  for (int64_t x = 16; x < 32; ++x) mask.bytes[static_cast<size_t>(10 * 48 + x)] = 255;
  write_image(mask, scratch / "masks/p-mask.png");
  const auto data = find_data(scratch / "d", Task::kPairs,
                              {{"layout", "masked"}, {"masks", scratch / "masks"}}, {.size = 32})
                        .open(Split::kTest, View::kPlain);
  const auto sample = data->get(0, Random(0));
  ASSERT_EQ(sample.a.sizes(), (std::vector<int64_t>{4, 32, 48}));
  EXPECT_EQ(sample.mask.sum().item<double>(), 16);
  const auto colors = sample.a.narrow(0, 0, 3);
  EXPECT_TRUE((colors * sample.mask).eq(0).all().item<bool>()) << "grey where it is hidden";
  EXPECT_TRUE((colors * (1 - sample.mask)).equal(sample.b * (1 - sample.mask)));
  EXPECT_TRUE(sample.a[3].equal(sample.mask[0] * 2 - 1));
}

}  // namespace
}  // namespace ganvas
