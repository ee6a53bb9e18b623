// Activation maps of a classifier with weights of its own, and of one whose scores are not means.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/activation_map.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/random.h"
#include "ganvas/image/region.h"
#include "tests/support/close.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// A method with fresh weights, as a file holds it.
Model fresh(const std::string& name, const Settings& settings, const ImageSpec& spec) {
  const Scratch folder;
  const auto path = folder / "model.safetensors";
  seed_torch(3);
  const auto method = find_method(name).build(settings, spec);
  CheckpointInfo info{name, "test", 0, settings};
  for (const auto& knob : describe(spec)) info.settings.emplace_back(knob.name, knob.value);
  auto tensors = parameters_of(*method);
  for (const auto& buffer : buffers_of(*method)) tensors.push_back(buffer);
  write_checkpoint(path, info, tensors);
  return Model(path, exact_machine());
}

TEST(ActivationMap, OfScoresThatAreMeansAddsUpToTheScoreButForTheBias) {
  const auto model =
      fresh("classifier", {{"width", "2"}}, ImageSpec{.size = 64, .class_names = "x,y,z"});
  const auto image = at::rand({3, 64, 64}) * 2 - 1;
  for (int64_t label = 0; label < 3; ++label) {
    const auto seen = activation_map(model, image, label);
    Tensor bias;
    for (const auto& [name, tensor] : parameters_of(model.method())) {
      if (name == "head.layer1.conv.bias") bias = tensor;
    }
    const double expected = (seen.scores[label] - bias[label]).item<double>();
    EXPECT_NEAR(seen.map.mean().item<double>(), expected, 1e-5);
  }
}

TEST(ActivationMap, TakesTheHighestScoreUnlessAskedAndRefusesAClassThatThereIsNot) {
  const auto model =
      fresh("classifier", {{"width", "2"}}, ImageSpec{.size = 32, .class_names = "x,y,z"});
  const auto image = at::rand({3, 40, 70}) * 2 - 1;
  const auto seen = activation_map(model, image, kNoLabel);
  EXPECT_EQ(seen.label, seen.scores.argmax().item<int64_t>());
  EXPECT_EQ(seen.map.sizes(), (std::vector<int64_t>{1, 40, 70}));
  EXPECT_THROW(activation_map(model, image, 3), UsageError);
}

TEST(ActivationMap, OfAnyOtherClassifierIsGradCam) {
  const auto model = fresh("unit-adapt", {{"width", "4"}, {"discriminator-width", "4"}},
                           ImageSpec{.size = 32, .channels_a = 1, .channels_b = 1});
  const auto image = at::rand({1, 32, 32}) * 2 - 1;
  const auto seen = activation_map(model, image, 1);
  EXPECT_EQ(seen.map.sizes(), image.sizes());
  EXPECT_GT(seen.map.abs().max().item<double>(), 0);
}

TEST(MapPeak, IsWhereAWideHillIsAndNotASingleHigherPlaceAtTheBorder) {
  auto map = at::zeros({1, 100, 200});
  map.slice(1, 50, 70).slice(2, 120, 140).fill_(1);
  map[0][0][10] = 2;
  const auto peak = map_peak(map);
  EXPECT_NEAR(peak.x, 130.0 / 200, 0.01);
  EXPECT_NEAR(peak.y, 60.0 / 100, 0.01);
}

TEST(MapRegion, HoldsWhatIsOverAShareOfThePeakAndNothingWithoutOne) {
  auto map = at::zeros({1, 4, 4});
  map[0][1][1] = 10;
  map[0][1][2] = 3;
  map[0][3][3] = 1;
  EXPECT_EQ(map_region(map, 0.2).sum().item<int64_t>(), 2);
  EXPECT_EQ(map_region(-map, 0.2).sum().item<int64_t>(), 0);
}

TEST(LargestPiece, HangsTogetherOverSidesAndNotOverCorners) {
  auto region = at::zeros({1, 5, 6});
  region[0][0][0] = region[0][1][1] = region[0][2][2] = 1;  // corners only
  region[0][4][3] = region[0][4][4] = 1;
  const auto piece = largest_component(region);
  EXPECT_EQ(piece.sum().item<int64_t>(), 2);
  const auto box = bounding_box(piece);
  EXPECT_EQ(box.left, 3);
  EXPECT_EQ(box.top, 4);
  EXPECT_EQ(box.width, 2);
  EXPECT_EQ(box.height, 1);
  EXPECT_EQ(bounding_box(at::zeros({1, 3, 3})).width, 0);
}

}  // namespace
}  // namespace ganvas
