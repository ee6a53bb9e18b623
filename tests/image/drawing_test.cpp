// What pages and sheets are drawn with: rotations, heat, contact sheets.
// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <gtest/gtest.h>

#include "ganvas/core/luma.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/image/heat.h"
#include "ganvas/image/sheet.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

TEST(Dihedral, EightWaysAreEightAndEachIsUndone) {
  const auto image = at::arange(24, at::kFloat).view({2, 3, 4});
  std::set<std::string> seen;
  for (int64_t way = 0; way < kDihedrals; ++way) {
    const auto turned = dihedral(image, way);
    const auto flat = turned.flatten();
    std::string text = c10::str(turned.size(1));
    for (int64_t i = 0; i < flat.size(0); ++i) text += c10::str(" ", flat[i].item<float>());
    seen.insert(text);
    EXPECT_TRUE(at::equal(dihedral_inverse(turned, way), image)) << way;
  }
  EXPECT_EQ(seen.size(), 8U);
}

TEST(Heat, IsTheGreyImageAtZeroAndGrowsRedAndOpaqueTowardsOne) {
  const auto image = at::linspace(-1, 1, 3 * 5 * 6).view({3, 5, 6});
  const auto cold = heat_over(image, at::full({1, 5, 6}, 0.0));
  EXPECT_TRUE(close(cold, luma(image).expand({3, -1, -1}), kOneOperation));
  const auto mild = heat_over(image, at::full({1, 5, 6}, 0.5));
  const auto hot = heat_over(image, at::full({1, 5, 6}, 1.0));
  EXPECT_LT((hot[0] - hot[0].mean()).abs().max().item<float>(),
            (cold[0] - cold[0].mean()).abs().max().item<float>())
      << "what lies under the hottest place shows least";
  EXPECT_GT((hot[0] - hot[2]).min().item<float>(), (mild[0] - mild[2]).min().item<float>())
      << "red over blue";
  for (const auto& drawn : {cold, mild, hot}) {
    EXPECT_GE(drawn.min().item<float>(), -1);
    EXPECT_LE(drawn.max().item<float>(), 1);
  }
  EXPECT_TRUE(close(heat_over(image, at::full({1, 5, 6}, 7.0)), hot, kOneOperation))
      << "over 1 is 1";
}

TEST(Sheet, LaysRowsWithWhiteBetween) {
  const auto grey = [](double level) { return at::full({1, 3, 2}, level); };
  const auto red = at::full({3, 3, 2}, -1.0);
  red[0].fill_(1);
  const auto sheet = make_sheet({{grey(-1), red}, {grey(0), grey(1)}});
  const auto pixels = to_tensor(sheet, 3);
  ASSERT_EQ(pixels.size(1), 3 + 4 + 3);
  ASSERT_EQ(pixels.size(2), 2 + 4 + 2);
  const auto part = [&](int64_t top, int64_t left) {
    return pixels.narrow(1, top, 3).narrow(2, left, 2);
  };
  EXPECT_TRUE(part(0, 0).eq(-1).all().item<bool>());
  EXPECT_TRUE(at::equal(part(0, 6), red));
  EXPECT_TRUE(part(7, 0).abs().lt(0.01).all().item<bool>());
  EXPECT_TRUE(pixels.narrow(1, 3, 4).eq(1).all().item<bool>()) << "the gap between rows";
  EXPECT_TRUE(pixels.narrow(2, 2, 4).eq(1).all().item<bool>()) << "the gap between columns";
  EXPECT_TRUE(contains(error_of([] { make_sheet({}); }), "got no images"));
}

}  // namespace
}  // namespace ganvas
