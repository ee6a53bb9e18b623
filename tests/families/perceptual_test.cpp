// Networks that measures look through: what they say beside our own PyTorch formulation (tools/golden/perceptual.py).
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/perceptual.h"

#include <filesystem>

#include <ATen/ops/arange.h>
#include <gtest/gtest.h>

#include "ganvas/evaluate/measure.h"
#include "ganvas/store/torch_file.h"
#include "tests/support/errors.h"

namespace ganvas {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(GANVAS_GOLDEN) / "perceptual";

std::string file(const std::string& name) {
  return (kFolder / (name + ".pth")).string();
}

double expected(const std::string& name) {
  return read_torch_file(file("expected")).at(name).item<double>();
}

/// Levels 0 to 250 again and again, every `step`-th, [3, side, side] in [-1, 1].
Tensor image(int64_t step, int64_t side) {
  constexpr int64_t kLevels = 251;
  const auto levels = (at::arange(3 * side * side) * step).remainder(kLevels).to(at::kFloat);
  return (levels / 127.5 - 1).view({3, side, side});
}

TEST(Perceptual, LpipsIsThatOfPythonsPackage) {
  const auto a = image(1, 64), b = image(3, 64);
  for (const std::string trunk : {"alex", "vgg", "squeeze"}) {
    const auto distance = lpips_of(file(trunk) + "," + file(trunk + "_lin"));
    EXPECT_EQ(distance.name, "lpips_" + trunk);
    EXPECT_NEAR(distance.between(a, b), expected("lpips_" + trunk), 1e-5) << trunk;
    EXPECT_EQ(distance.between(a, a), 0) << trunk;
  }
}

TEST(Perceptual, FilesMayComeInAnyOrderOrAsOne) {
  const auto a = image(1, 64), b = image(3, 64);
  const double known = expected("lpips_alex");
  EXPECT_NEAR(lpips_of(file("alex_lin") + "," + file("alex")).between(a, b), known, 1e-5);
  EXPECT_NEAR(lpips_of(file("alex_whole")).between(a, b), known, 1e-5);
}

TEST(Perceptual, DistsIsThatOfPythonsPackage) {
  const auto distance = dists_of(file("dists") + "," + file("vgg"));
  EXPECT_NEAR(distance.between(image(1, 64), image(3, 64)), expected("dists"), 1e-5);
  EXPECT_NEAR(distance.between(image(1, 64), image(1, 64)), 0, 1e-6);
}

TEST(Perceptual, InceptionIsThatOfTheFrechetDistance) {
  const auto features = inception_of(file("inception"))(image(1, 299));
  const auto wanted = read_torch_file(file("expected")).at("inception");
  EXPECT_LT((features.flatten(1) - wanted).abs().max().item<double>(), 1e-4);
}

TEST(Perceptual, WhatDoesNotFitIsRefusedByName) {
  EXPECT_TRUE(
      contains(error_of([] { lpips_of(file("alex")); }), "expected lpips/weights/v0.1/alex.pth"));
  EXPECT_TRUE(
      contains(error_of([] { lpips_of(file("alex_lin")); }), "expected torchvision's AlexNet"));
  EXPECT_TRUE(contains(error_of([] { lpips_of(file("vgg") + "," + file("alex_lin")); }),
                       "layer 0 has 4 numbers"));
  EXPECT_TRUE(contains(error_of([] { lpips_of(file("alex") + "," + file("squeeze_lin")); }),
                       "layer 2 has 8 numbers, expected 7"));
  EXPECT_TRUE(contains(error_of([] { dists_of(file("alex") + "," + file("dists")); }),
                       "looks like torchvision's VGG-16, but"));
  EXPECT_TRUE(contains(error_of([] { dists_of(file("vgg")); }), "no tensor alpha"));
  EXPECT_TRUE(contains(error_of([] { inception_of(file("vgg")); }), "vgg.pth"));
  EXPECT_TRUE(
      contains(error_of([] { lpips_of(file("alex_whole")).between(image(1, 28), image(1, 28)); }),
               "28 x 28 pixels"));
}

}  // namespace
}  // namespace ganvas
