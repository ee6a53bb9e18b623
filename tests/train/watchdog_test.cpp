// What the watchdog sees in losses, and how learning rates go.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/watchdog.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "ganvas/train/schedule.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

PlayedTerms terms_of(double fake, double real, double l1) {
  return {{"discriminator.fake", fake}, {"discriminator.real", real}, {"generator.l1", l1}};
}

TEST(Watchdog, ALossThatStaysExplodedIsAReasonToGoBackAndASpikeIsNone) {
  Watchdog dog("vanilla");
  int64_t step = 0;
  for (; step < 100; ++step) EXPECT_FALSE(dog.hear(terms_of(0.7, 0.6, 0.3), step));
  EXPECT_FALSE(dog.hear(terms_of(0.7, 0.6, 1e9), step++));
  for (int64_t i = 0; i < 20; ++i) EXPECT_FALSE(dog.hear(terms_of(0.7, 0.6, 0.3), step++));
  std::optional<std::string> reason;
  for (int64_t i = 0; i < Watchdog::kLongestSpike; ++i) {
    EXPECT_FALSE(reason);
    reason = dog.hear(terms_of(0.7, 0.6, 1e9), step++);
  }
  ASSERT_TRUE(reason);
  EXPECT_TRUE(contains(*reason, "generator.l1 is 1e+09"));
}

TEST(Watchdog, SaysThatADiscriminatorWinsOnceAndThatItIsOver) {
  Watchdog dog("hinge");
  std::vector<std::string> said;
  int64_t step = 0;
  const auto play = [&](double fake, double real, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      dog.hear(terms_of(fake, real, 0.3), step++);
      if (const auto verdict = dog.verdict()) said.push_back(*verdict);
    }
  };
  play(1, 1, 300);
  EXPECT_TRUE(said.empty()) << "balance is nothing to tell";
  play(0, 0.001, 2 * Watchdog::kSaturated);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_TRUE(contains(said[0], "discriminator wins since step"));
  EXPECT_TRUE(contains(said[0], "what usually helps"));
  play(1, 1, 300);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_TRUE(contains(said[1], "in balance again"));
}

TEST(Watchdog, HoldsADiscriminatorThatWinsAndForgetsNothingWhenSaved) {
  Watchdog dog("vanilla");
  int64_t step = 0;
  const auto play = [&](double loss, int64_t count) {
    for (int64_t i = 0; i < count; ++i) dog.hear(terms_of(loss, loss, 0.3), step++);
  };
  play(0.7, 100);
  EXPECT_TRUE(dog.held(step + 1).empty());
  play(0, 300);  // its mean falls only slowly
  EXPECT_TRUE(dog.held(step + 1).empty());
  play(0, Watchdog::kSaturated);
  const int64_t at_tenth = (step + Watchdog::kHeldTo) / Watchdog::kHeldTo * Watchdog::kHeldTo;
  EXPECT_EQ(dog.held(at_tenth + 1), std::set<std::string>{"discriminator"});
  EXPECT_TRUE(dog.held(at_tenth).empty());
  Watchdog again("vanilla");
  again.load(dog.state());
  EXPECT_EQ(again.held(at_tenth + 1), dog.held(at_tenth + 1));
  play(0.7, 100);
  EXPECT_TRUE(dog.held(at_tenth + 101).empty());
}

// Of two domains' discriminators one that is in balance keeps their player in the game.
TEST(Watchdog, HoldsAPlayerOnlyIfAllThatItTellsApartIsWon) {
  Watchdog dog("vanilla");
  for (int64_t step = 0; step < 3 * Watchdog::kSaturated; ++step) {
    dog.hear({{"discriminator.fake_a", 0},
              {"discriminator.real_a", 0},
              {"discriminator.fake_b", 0.7},
              {"discriminator.real_b", 0.7}},
             step);
  }
  EXPECT_TRUE(dog.held(3 * Watchdog::kSaturated + 1).empty());
}

TEST(Watchdog, CriticsOfWassersteinHaveNoLossThatMeansWinning) {
  Watchdog dog("wasserstein");
  for (int64_t step = 0; step < 3 * Watchdog::kSaturated; ++step) {
    dog.hear(terms_of(0, 0, 0.1), step);
    EXPECT_FALSE(dog.verdict());
  }
}

TEST(Schedule, LinesAndCosinesFallOverTheLastShare) {
  const Schedule line({.decay = 0.5}, 100),
      cosine({.shape = LrSchedule::kCosine, .decay = 0.5}, 100);
  for (const auto& schedule : {line, cosine}) {
    EXPECT_EQ(schedule.factor(0), 1);
    EXPECT_EQ(schedule.factor(50), 1);
    EXPECT_NEAR(schedule.factor(75), 0.5, 1e-12);
    EXPECT_NEAR(schedule.factor(100), 0, 1e-12);
  }
  EXPECT_NEAR(line.factor(90), 0.2, 1e-12);
  EXPECT_NEAR(cosine.factor(90), 0.0954915, 1e-6);
  EXPECT_EQ(Schedule({.shape = LrSchedule::kConstant}, 100).factor(99), 1);
}

TEST(Schedule, WarmsUpInALine) {
  const Schedule schedule({.shape = LrSchedule::kConstant, .warmup = 4}, 100);
  EXPECT_EQ(schedule.factor(0), 0.25);
  EXPECT_EQ(schedule.factor(2), 0.75);
  EXPECT_EQ(schedule.factor(3), 1);
  EXPECT_EQ(schedule.factor(4), 1);
}

TEST(Schedule, APlateauHalvesTheRate) {
  Schedule schedule({.shape = LrSchedule::kPlateau, .patience = 2}, 100);
  for (const double score : {5.0, 4.0, 4.5}) schedule.hear(score);
  EXPECT_EQ(schedule.factor(10), 1);
  schedule.hear(4.1);
  EXPECT_EQ(schedule.factor(11), 0.5);
  EXPECT_EQ(schedule.since_best(), 2);
  schedule.hear(3);
  EXPECT_EQ(schedule.since_best(), 0);
  EXPECT_EQ(schedule.factor(12), 0.5) << "what was halved stays so";
}

}  // namespace
}  // namespace ganvas
