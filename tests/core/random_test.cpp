// Random numbers: the same for the same key, others for another, and spread as they should be.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/random.h"

#include <cmath>
#include <map>
#include <set>

#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

namespace ganvas {
namespace {

TEST(Random, IsAPureFunctionOfItsKey) {
  std::set<double> firsts;
  for (const uint64_t seed : {0, 1}) {
    for (const uint64_t stream : {0, 1}) {
      for (const uint64_t number : {0, 1}) {
        Random a(seed, stream, number), b(seed, stream, number);
        const double first = a.uniform();
        EXPECT_EQ(first, b.uniform());
        EXPECT_EQ(a.integer(0, 1000), b.integer(0, 1000));
        EXPECT_TRUE(firsts.insert(first).second) << "another key gives other numbers";
      }
    }
  }
}

TEST(Random, IntegersReachBothEndsAndAreEven) {
  Random random(3);
  std::map<int64_t, int> counts;
  constexpr int kDraws = 60'000;
  for (int i = 0; i < kDraws; ++i) ++counts[random.integer(-1, 4)];
  ASSERT_EQ(counts.size(), 6U);
  EXPECT_EQ(counts.begin()->first, -1);
  for (const auto& [value, count] : counts) EXPECT_NEAR(count, kDraws / 6, 500) << value;
  EXPECT_EQ(random.integer(7, 7), 7);
}

TEST(Random, UniformIsInTheHalfOpenIntervalWithItsMean) {
  Random random(4);
  double sum = 0, squares = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.uniform();
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.01);
}

TEST(Random, AScopePutsTorchsGeneratorBackAsItFoundIt) {
  seed_torch(5);
  const auto expected = at::rand({3});
  seed_torch(5);
  {
    const RandomStateScope scope;
    seed_torch(9);
    at::rand({100});
  }
  EXPECT_TRUE(at::rand({3}).equal(expected));
}

}  // namespace
}  // namespace ganvas
