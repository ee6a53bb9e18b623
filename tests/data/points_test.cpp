// Points of the plane as data sets.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/points.h"

#include <set>

#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/metrics/points.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

TEST(Points, MixturesHaveTheirModesAndClasses) {
  const auto grid = open_points({"25-grid", Split::kTest, View::kPlain, {}});
  ASSERT_EQ(grid->modes().centres.size(0), 25);
  const auto coverage = mode_coverage(first_points(*grid, 2500), grid->modes());
  EXPECT_EQ(coverage.modes, 25);
  EXPECT_NEAR(coverage.good, 1 - std::exp(-4.5), 0.01);  // Rayleigh: P(r < 3 deviations)
  for (int64_t i = 0; i < 100; ++i) {
    const auto sample = grid->get(i, Random(0));
    const auto centre = grid->modes().centres[sample.label_a];
    EXPECT_LT((sample.a.flatten() - centre).norm().item<double>(), 6 * grid->modes().deviation);
  }
  EXPECT_EQ(open_points({"8-ring", Split::kTrain, View::kPlain, {}})->modes().centres.size(0), 8);
  EXPECT_FALSE(
      open_points({"swiss-roll", Split::kTrain, View::kPlain, {}})->modes().centres.defined());
}

TEST(Points, PlainViewStaysAndSplitsDiffer) {
  const auto train = open_points({"8-ring", Split::kTrain, View::kPlain, {}});
  EXPECT_TRUE(train->get(3, Random(1)).a.equal(train->get(3, Random(2)).a));
  const auto test = open_points({"8-ring", Split::kTest, View::kPlain, {}});
  EXPECT_FALSE(train->get(3, Random(1)).a.equal(test->get(3, Random(1)).a));
  const auto fresh = open_points({"8-ring", Split::kTrain, View::kAugmented, {}});
  EXPECT_FALSE(fresh->get(3, Random(1)).a.equal(fresh->get(3, Random(2)).a));
  EXPECT_EQ(open_points({"8-ring", Split::kVal, View::kPlain, {}}), nullptr);
}

TEST(Points, TablesAreSplitAndImagesAreClasses) {
  const Scratch scratch;
  std::string table = "x,y,class\n";
  for (int i = 0; i < 20; ++i) table += c10::str(i, ",", -i, ",", i % 3, "\n");
  write_file(scratch / "p.csv", table);
  const auto train = open_points({scratch / "p.csv", Split::kTrain, View::kAugmented, {}});
  const auto test = open_points({scratch / "p.csv", Split::kTest, View::kPlain, {}});
  EXPECT_EQ(train->size(), 16);
  ASSERT_EQ(test->size(), 4);
  const auto last = test->get(3, Random(0));
  EXPECT_EQ(last.a.flatten()[1].item<float>(), -19.0F);
  EXPECT_EQ(last.label_a, 19 % 3);

  for (const bool is_left : {true, false}) {
    auto image = make_image(4, 4, 1);
    for (size_t i = 0; i < 16; ++i) image.bytes[i] = (i % 4 < 2) == is_left ? 200 : 0;
    write_image(image, scratch / (is_left ? "a.png" : "b.png"));
  }
  const auto halves = open_points({scratch.path(), Split::kTrain, View::kPlain, {}});
  std::set<int64_t> labels;
  for (int64_t i = 0; i < 200; ++i) {
    const auto sample = halves->get(i, Random(0));
    labels.insert(sample.label_a);
    EXPECT_EQ(sample.a.flatten()[0].item<float>() < 0.5, sample.label_a == 0);
  }
  EXPECT_EQ(labels.size(), 2U);
}

TEST(Points, WhatIsNoPointsIsRefusedByName) {
  const Scratch scratch;
  const auto opened = [&](const std::string& text) {
    write_file(scratch / "p.csv", text);
    return error_of([&] { open_points({scratch / "p.csv", Split::kTrain, View::kPlain, {}}); });
  };
  EXPECT_TRUE(contains(opened("1,2\n3\n"), "line 2 is '3'"));
  EXPECT_TRUE(contains(opened("1,2,0.5\n"), "got a class 0.5"));
  EXPECT_TRUE(contains(opened("1,2\n1,2\n"), "expected at least 10"));
  EXPECT_TRUE(contains(opened("1,nan\n"), "line 1 is '1,nan'"));
  const auto unknown = error_of([] { open_points({"25-gird", Split::kTrain, View::kPlain, {}}); });
  EXPECT_TRUE(contains(unknown, "did you mean 25-grid?"));
}

}  // namespace
}  // namespace ganvas
