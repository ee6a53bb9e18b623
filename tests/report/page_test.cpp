// Pages hold what they are given, and nothing that a name smuggles in.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/report/page.h"

#include <gtest/gtest.h>

#include "ganvas/report/chart.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"

namespace ganvas {
namespace {

constexpr auto kScript = "<script>alert('x')</script>";

int64_t count(const std::string& text, const std::string& part) {
  int64_t found = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

TEST(Page, TextsOfStrangersAreNoMarkup) {
  const Curve curve{kScript, {{0, 1}, {1, 2}}};
  Page page(kScript);
  page.add_heading(kScript);
  page.add_text(kScript);
  page.add_table({{kScript, "b"}, {"\"c\"", kScript}});
  page.add_chart(line_chart(kScript, kScript, {curve}));
  page.add_comparison(kScript, {{kScript, noise_image(4, 4, 3, 8)}});
  page.add_image(kScript, noise_image(4, 4, 3, 8));
  page.add_frames(kScript, {{kScript, "\"><script>"}});
  const auto html = page.html();
  EXPECT_EQ(count(html, "<script>"), 1) << "the page's own";
  EXPECT_GT(count(html, "&lt;script&gt;"), 10);
}

TEST(Page, ImagesAreInIt) {
  Page images, page("title");
  images.add_comparison("two", {{"a", noise_image(5, 4, 3, 8)}, {"b", noise_image(5, 4, 3, 8)}});
  page.add_grid(images);
  const auto html = page.html();
  EXPECT_EQ(count(html, "data-source=\"data:image/png;base64,iVBORw0KGgo"), 2);
  EXPECT_TRUE(contains(html, kPageBegin));
  EXPECT_TRUE(contains(html, "<title>title</title>"));
  EXPECT_EQ(count(html, "http://") + count(html, "https://"), 0) << "opens without a network";
}

TEST(Page, EmbeddedBytesAreThoseOfRfc4648) {
  EXPECT_EQ(embedded(""), "data:image/png;base64,");
  EXPECT_EQ(embedded("f"), "data:image/png;base64,Zg==");
  EXPECT_EQ(embedded("foobar"), "data:image/png;base64,Zm9vYmFy");
  EXPECT_EQ(embedded(std::string("\0\xff", 2)), "data:image/png;base64,AP8=");
}

TEST(LineChart, HasALineForEachCurveAndThinsLongOnes) {
  Curve one{"one", {}}, two{"two", {{0, 0}, {1, 1}}};
  for (int i = 0; i < 100'000; ++i) one.points.emplace_back(i, i % 7);
  const auto svg = line_chart("losses", "step", {one, two});
  EXPECT_EQ(count(svg, "<polyline"), 2);
  EXPECT_LT(svg.size(), 100'000U);
}

}  // namespace
}  // namespace ganvas
