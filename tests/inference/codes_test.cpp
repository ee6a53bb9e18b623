// Codes: the way between two of them, and what a trained model does with them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/codes.h"

#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/random.h"
#include "tests/support/close.h"

namespace ganvas {
namespace {

TEST(Codes, AnArcKeepsTheLengthAndALineDoesNot) {
  seed_torch(1);
  auto first = at::randn({64}), last = at::randn({64});
  first /= first.norm();
  last /= last.norm();
  const auto way = arc(first, last, 7);
  ASSERT_EQ(way.sizes(), (std::vector<int64_t>{7, 64}));
  EXPECT_TRUE(close(way[0], first, kOneOperation));
  EXPECT_TRUE(close(way[6], last, kOneOperation));
  for (int64_t i = 0; i < 7; ++i) EXPECT_NEAR(way[i].norm().item<double>(), 1, 1e-5);
  EXPECT_LT(line(first, last, 7)[3].norm().item<double>(), 0.95);
  EXPECT_TRUE(close(arc(first, 2 * first, 3)[1], 1.5 * first, kOneOperation)) << "parallel";
}

TEST(Codes, AnAttributeIsTheDifferenceOfTheMeans) {
  const auto with = at::tensor({1.0F, 5.0F, 3.0F, 7.0F}).view({2, 2});
  const auto without = at::tensor({1.0F, 1.0F}).view({1, 2});
  EXPECT_TRUE(attribute(with, without).equal(at::tensor({1.0F, 5.0F})));
}

}  // namespace
}  // namespace ganvas
