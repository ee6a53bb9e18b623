// Samples follow their density: Kolmogorov-Smirnov and chi-square, and what is no density.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/sampling/density.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "ganvas/sampling/expression.h"
#include "ganvas/sampling/table.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

/// The largest distance between the samples' share and the cumulative form.
template <typename Cumulative>
double distance(std::vector<double> samples, Cumulative cumulative) {
  std::sort(samples.begin(), samples.end());
  const auto n = static_cast<double>(samples.size());
  double worst = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const double exact = cumulative(samples[i]);
    worst = std::max(
        {worst, exact - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - exact});
  }
  return worst;
}

TEST(LineDensity, SamplesPassKolmogorovSmirnov) {
  constexpr int64_t kCount = 100000;
  const double bound = 1.63 / std::sqrt(kCount);  // 1 %
  Random random(1);
  const auto normal = density_of("exp(-x^2/2)", -8, 8);
  EXPECT_NEAR(normal.mass(), std::sqrt(2 * M_PI), 1e-5);
  EXPECT_LT(distance(normal.sample(kCount, random),
                     [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2)); }),
            bound);
  // Coarse knots: linear interpolation of the cumulative values would fail here.
  const LineDensity triangle({0, 1, 2}, {0, 1, 0});
  const auto exact = [](double x) { return x < 1 ? x * x / 2 : 1 - (2 - x) * (2 - x) / 2; };
  EXPECT_LT(distance(triangle.sample(kCount, random), exact), bound);
  EXPECT_GT(distance(triangle.sample(kCount, random), [](double x) { return x / 2; }), 10 * bound)
      << "the test cannot fail";
}

TEST(LineDensity, QuantileInvertsTheCumulativeForm) {
  const LineDensity density({-1, 0, 0.5, 2, 3}, {0, 2, 0, 0, 5});
  for (double u = 0; u < 1; u += 0.01) {
    const double x = density.quantile(u);
    EXPECT_NEAR(density.cumulative(x), u, 1e-9);
    EXPECT_FALSE(x > 0.5 && x < 2) << "there is no mass at " << x;
  }
  EXPECT_EQ(density.quantile(0), -1);
  EXPECT_NEAR(density.density(-0.5), 1 / density.mass(), 1e-12);
  EXPECT_EQ(density.density(4), 0);
}

TEST(PlaneDensity, SamplesPassChiSquareAndMissWhatIsBlack) {
  constexpr int64_t kSide = 12, kCount = 200000;
  auto levels = at::rand({kSide, kSide}).square();
  levels.narrow(0, 3, 2).fill_(0);
  const PlaneDensity density(levels);
  Random random(2);
  const auto points = density.sample(kCount, random);
  const auto counts = count_points(points, kSide, kSide);
  EXPECT_EQ(counts.sum().item<double>(), kCount);
  EXPECT_EQ(counts.narrow(0, 3, 2).sum().item<double>(), 0);
  double chi_square = 0;
  int64_t cells = 0;
  for (int64_t y = 0; y < kSide; ++y) {
    for (int64_t x = 0; x < kSide; ++x) {
      const double expected = density.shares()[y][x].item<double>() * kCount;
      if (expected < 5) continue;
      chi_square += std::pow(counts[y][x].item<double>() - expected, 2) / expected;
      ++cells;
    }
  }
  const auto freedom = static_cast<double>(cells - 1);
  EXPECT_LT(chi_square, freedom + 4 * std::sqrt(2 * freedom));
  EXPECT_GT(chi_square, freedom - 4 * std::sqrt(2 * freedom)) << "too even to be random";
}

TEST(PlaneDensity, TheFirstRowIsAtTheTop) {
  auto levels = at::zeros({4, 4});
  levels[0][3] = 1;
  Random random(3);
  const auto points = PlaneDensity(levels).sample(50, random);
  EXPECT_GE(points.min().item<double>(), 0.75);
  EXPECT_EQ(count_points(points, 4, 4)[0][3].item<double>(), 50);
}

TEST(Density, WhatIsNoDensityIsRefused) {
  const auto text = [](const char* expression, double from, double to) {
    return error_of([&] { density_of(expression, from, to); });
  };
  EXPECT_NE(text("x", -1, 1).find("got -1 at x = -1, expected none below 0"), std::string::npos);
  EXPECT_NE(text("1/x", 0, 1).find("at x = 0, expected finite values"), std::string::npos);
  EXPECT_NE(text("0*x", 0, 1).find("an integral of 0"), std::string::npos);
  EXPECT_NE(text("exp(", 0, 1).find("got 'exp('"), std::string::npos);
  EXPECT_NE(text("system(1)", 0, 1).find("Expected an expression of x"), std::string::npos);
  EXPECT_NE(text("1", 1, 1).find("the first below the second"), std::string::npos);
  const auto table = [](const char* lines) { return error_of([&] { density_of_table(lines); }); };
  EXPECT_EQ(table("x,density\n0,1\n# half way\n1;2\n"), "");
  EXPECT_NE(table("0,1\n1,two\n").find("line 2 is '1,two'"), std::string::npos);
  EXPECT_NE(table("0,1\n0,2\n").find("expected ascending numbers"), std::string::npos);
  EXPECT_NE(table("0,1\n").find("at least 2"), std::string::npos);
  EXPECT_NE(error_of([] { PlaneDensity(at::zeros({3, 3})); }).find("all black"), std::string::npos);
}

TEST(Tables, CsvReadsBackAndNpyIsNumPys) {
  const auto numbers = at::tensor({0.1, 1e-300, 2.0, -3.5}, at::kDouble).view({2, 2});
  EXPECT_EQ(to_csv(numbers, "x,y"), "x,y\n0.1,1e-300\n2,-3.5\n");
  const auto bytes = to_npy(numbers);
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ((bytes.size() - 4 * sizeof(double)) % 64, 0U);
  EXPECT_NE(bytes.find("'shape': (2, 2), }"), std::string::npos);
  EXPECT_NE(to_npy(numbers.view({4, 1})).find("'shape': (4,), }"), std::string::npos);
}

}  // namespace
}  // namespace ganvas
