// PSNR, SSIM and sharpness against numbers that can be worked out by hand, and a naive SSIM.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/fidelity.h"

#include <cmath>

#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/random.h"
#include "ganvas/image/resize.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"

namespace ganvas {
namespace {

Tensor random_image(uint64_t seed, int64_t height = 20, int64_t width = 24) {
  seed_torch(seed);
  return at::rand({3, height, width}) * 2 - 1;
}

/// SSIM of Wang et al. 2004, window by window in plain loops.
double naive_ssim(const Tensor& a, const Tensor& b) {
  const auto x = ((a + 1) * 127.5).round().to(at::kDouble),
             y = ((b + 1) * 127.5).round().to(at::kDouble);
  const double c1 = 6.5025, c2 = 58.5225;
  double sum = 0;
  int64_t count = 0;
  for (int64_t c = 0; c < 3; ++c) {
    const auto px = x[c].contiguous(), py = y[c].contiguous();
    const int64_t h = px.size(0), w = px.size(1);
    for (int64_t i = 5; i + 5 < h; ++i) {
      for (int64_t j = 5; j + 5 < w; ++j) {
        double total = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
        for (int64_t di = -5; di <= 5; ++di) {
          for (int64_t dj = -5; dj <= 5; ++dj) {
            const double g = std::exp(-static_cast<double>(di * di + dj * dj) / 4.5);
            const double u = px.data_ptr<double>()[(i + di) * w + j + dj];
            const double v = py.data_ptr<double>()[(i + di) * w + j + dj];
            total += g, mx += g * u, my += g * v, xx += g * u * u, yy += g * v * v, xy += g * u * v;
          }
        }
        mx /= total, my /= total;
        const double vx = xx / total - mx * mx, vy = yy / total - my * my,
                     cov = xy / total - mx * my;
        sum += (2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
        ++count;
      }
    }
  }
  return sum / static_cast<double>(count);
}

TEST(Fidelity, AnOffsetOfOneLevelIs48Decibels) {
  const auto grey = at::zeros({3, 16, 16}) + 1.0 / 255;  // level 128
  const auto result = compare(grey + 2.0 / 255, grey);
  EXPECT_NEAR(result.psnr, 48.13, 0.005);
  EXPECT_NEAR(result.l1, 1, 1e-9);
}

TEST(Fidelity, EqualImagesArePerfect) {
  const auto x = random_image(1);
  const auto result = compare(x, x);
  EXPECT_EQ(result.psnr, 100);
  EXPECT_NEAR(result.ssim, 1, 1e-12);
  EXPECT_NEAR(result.sharpness, 1, 1e-12);
}

TEST(Fidelity, SsimIsThatOfPlainLoops) {
  const auto x = random_image(1), y = (random_image(1) + random_image(2)) / 2;
  EXPECT_NEAR(compare(x, y).ssim, naive_ssim(x, y), 1e-9);
}

// Bicubic x4 as published for SRGAN, from the small copies of the benchmark's authors; and our own
// small copies are theirs.
struct Bicubic {
  Fidelity mean;
  int64_t numbers = 0, off = 0;  // of our small copies: all, and those over a level away
};

Bicubic bicubic_of(const std::filesystem::path& folder) {
  Bicubic result;
  std::vector<Fidelity> figures;
  for (const auto& file : std::filesystem::directory_iterator(folder / "LR_x4")) {
    const auto low = to_tensor(read_image(file.path()), 3);
    const int64_t height = 4 * low.size(1), width = 4 * low.size(2);
    const auto high = to_tensor(read_image(folder / "HR" / file.path().filename()), 3)
                          .narrow(1, 0, height)
                          .narrow(2, 0, width);
    figures.push_back(compare_luma(resize(low, height, width), high, 4));
    const auto own = reduce(high, 4);
    result.numbers += own.numel();
    result.off += ((own - low).abs() * 127.5).gt(1.01).sum().item<int64_t>();
  }
  result.mean = mean_of(figures);
  return result;
}

TEST(Fidelity, BicubicOfTheBenchmarksHasThePublishedFigures) {
  const std::filesystem::path data = GANVAS_SHARED "/data";
  if (!std::filesystem::is_directory(data)) GTEST_SKIP() << "no " << data;
  const auto set5 = bicubic_of(data / "Set5"), set14 = bicubic_of(data / "Set14");
  EXPECT_NEAR(set5.mean.psnr, 28.43, 0.02);
  EXPECT_NEAR(set5.mean.ssim, 0.8113, 0.0005);
  EXPECT_NEAR(set14.mean.psnr, 25.80, 0.02);  // without image 009
  for (const auto& set : {set5, set14}) {
    EXPECT_EQ(set.off, 0) << "of " << set.numbers;
  }
}

TEST(Fidelity, OnlyTheRegionCounts) {
  const auto target = random_image(3);
  auto made = target.clone();
  made.narrow(1, 0, 4).fill_(0);
  auto mask = at::zeros({1, 20, 24});
  mask.narrow(1, 8, 8).fill_(1);
  EXPECT_EQ(compare(made, target, mask).psnr, 100);
  EXPECT_LT(compare(made, target).psnr, 30);
}

TEST(Fidelity, WrongShapesAndEmptyMasksAreRefused) {
  const auto x = random_image(1);
  EXPECT_TRUE(contains(error_of([&] { compare(x, random_image(1, 21)); }), "expected one shape"));
  EXPECT_TRUE(contains(error_of([&] { compare(x, x, at::zeros({1, 20, 24})); }), "empty mask"));
}

TEST(FeatureDistance, IsThatOfDirections) {
  const auto f = at::tensor({1.0, 0.0, 0.0, 2.0}).view({1, 2, 1, 2});  // (1, 0) and (0, 2)
  EXPECT_NEAR(feature_distance(f, 5 * f), 0, 1e-12);
  EXPECT_NEAR(feature_distance(f, -f), 4, 1e-6);
  const auto turned = at::tensor({1.0, 3.0, 0.0, 0.0}).view({1, 2, 1, 2});  // (1, 0) and (3, 0)
  EXPECT_NEAR(feature_distance(f, turned), (0 + 2) / 2.0, 1e-6);
}

}  // namespace
}  // namespace ganvas
