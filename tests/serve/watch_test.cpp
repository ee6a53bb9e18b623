// What a watched run is read from: curves that do not grow, and a log that does.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/serve/log_tail.h"
#include "ganvas/serve/reduced_curve.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

TEST(ReducedCurve, StretchesAreTheMeansLowsAndHighsOfTheirSteps) {
  for (const int64_t steps : {1, 63, 64, 65, 1000, 100'003}) {
    ReducedCurve curve(/*most_stretches=*/64);
    Random random(static_cast<uint64_t>(steps));
    std::vector<double> values;
    for (int64_t step = 1; step <= steps; ++step) {
      values.push_back(random.uniform());
      curve.add(step, values.back());
    }
    ASSERT_LE(curve.stretches().size(), 64U);
    int64_t seen = 0;
    for (const auto& stretch : curve.stretches()) {
      const auto first = stretch.index * curve.width(),
                 end = std::min(first + curve.width(), steps);
      ASSERT_EQ(first, seen);
      double sum = 0, low = 1, high = 0;
      for (int64_t i = first; i < end; ++i) {
        const double value = values[static_cast<size_t>(i)];
        sum += value;
        low = std::min(low, value);
        high = std::max(high, value);
      }
      EXPECT_NEAR(stretch.mean(), sum / static_cast<double>(end - first), 1e-9);
      EXPECT_EQ(stretch.low, low);
      EXPECT_EQ(stretch.high, high);
      seen = end;
    }
    EXPECT_EQ(seen, steps);
  }
}

TEST(ReducedCurve, ForgetsWhatIsMadeAgainAndLeavesOutWhatIsNoNumber) {
  ReducedCurve curve;
  for (int64_t step = 1; step <= 10; ++step) curve.add(step, static_cast<double>(step));
  curve.drop_after(4);
  EXPECT_EQ(curve.stretches().size(), 4U);
  curve.add(5, std::nan(""));
  EXPECT_EQ(curve.stretches().size(), 4U);
  curve.add(5, 50);
  EXPECT_EQ(curve.stretches().back().high, 50);
}

/// The lines that a tail has told, all that it forgot left out.
class Heard {
 public:
  explicit Heard(const fs::path& path) : tail_(path) {}

  std::vector<std::string> read() {
    tail_.read([this](const std::string& line) { lines_.push_back(line); },
               [this] { lines_.clear(); });
    return lines_;
  }

 private:
  LogTail tail_;
  std::vector<std::string> lines_;
};

TEST(LogTail, ReadsWhatGrowsAndBeginsAnewWhereTheLogWasCut) {
  const Scratch scratch;
  const auto path = scratch / "events.jsonl";
  using Lines = std::vector<std::string>;
  Heard heard(path);
  EXPECT_EQ(heard.read(), Lines{});
  std::ofstream(path) << "one\ntwo\nthr";
  EXPECT_EQ(heard.read(), (Lines{"one", "two"}));
  std::ofstream(path, std::ios::app) << "ee\n";
  EXPECT_EQ(heard.read(), (Lines{"one", "two", "three"}));
  std::ofstream(path) << "one\nTWO\n3\nfour\nfive\n";  // cut and longer than before
  EXPECT_EQ(heard.read(), (Lines{"one", "TWO", "3", "four", "five"}));
  std::ofstream(path) << "one\n";
  EXPECT_EQ(heard.read(), Lines{"one"});
}

}  // namespace
}  // namespace ganvas
