// Networks of other programs: what they make beside our own PyTorch formulation (tools/golden/families.py).
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/families/family.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/inference/activation_map.h"
#include "ganvas/inference/enlarge.h"
#include "ganvas/inference/model.h"
#include "ganvas/inference/padded.h"
#include "ganvas/store/torch_file.h"
#include "tests/support/errors.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

const fs::path kFolder = fs::path(GANVAS_GOLDEN) / "families";

struct FamilyCase {
  std::string file, family;
  int64_t scale;
};

class Families : public testing::TestWithParam<FamilyCase> {};

TEST_P(Families, AreNamedAndMakeWhatTheirProgramsMake) {
  const auto& [file, family, scale] = GetParam();
  const Model model(kFolder / (file + ".pth"), exact_machine());
  EXPECT_EQ(model.info().method, family);
  EXPECT_EQ(model.info().image_spec().scale, scale);
  auto io = read_torch_file(kFolder / (file + ".io.pth"));
  const auto made = model(io.at("input")[0]);
  ASSERT_EQ(made.sizes(), io.at("output")[0].sizes());
  EXPECT_LT((made - io.at("output")[0]).abs().max().item<double>(), 1e-4);
}

// Where the network depends on a part of the image alone, parts make the whole, or rows do.
TEST_P(Families, InPartsMakeTheWhole) {
  const Model model(kFolder / (GetParam().file + ".pth"), exact_machine());
  if (model.method().abilities().reach == 0) GTEST_SKIP() << "depends on all of the image";
  seed_torch(2);
  const auto image = at::rand({model.info().image_spec().channels_a, 70, 90}) * 2 - 1;
  const auto whole = translate_padded(model.method(), image, Direction::kAtoB, model.machine());
  const auto parts = enlarge(model, image, {.tile = 24});
  EXPECT_LT((whole - parts).abs().max().item<double>(), 1e-4);
}

/// Rows that padding mirrors lie in the piece before the last, where that is shorter than the padding.
TEST(ImagesByRows, EndAsTheWholeDoes) {
  const Model model(kFolder / "rrdb-x1-unshuffled.pth", exact_machine());
  seed_torch(2);
  for (const int64_t height : {129, 130, 131}) {
    const auto image = at::rand({3, height, 512}) * 2 - 1;
    const auto whole = translate_padded(model.method(), image, Direction::kAtoB, model.machine());
    EXPECT_LT((whole - enlarge(model, image, {.tile = 16})).abs().max().item<double>(), 1e-4)
        << height;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, Families,
    testing::Values(
        FamilyCase{"rrdb-x4", "rrdb", 4}, FamilyCase{"rrdb-x2-unshuffled", "rrdb", 2},
        FamilyCase{"rrdb-x1-unshuffled", "rrdb", 1}, FamilyCase{"rrdb-first-x4", "rrdb", 4},
        FamilyCase{"rrdb-first-x1", "rrdb", 1}, FamilyCase{"rrdb-first-x8", "rrdb", 8},
        FamilyCase{"rrdb-second-x2", "rrdb", 2}, FamilyCase{"compact-x4", "compact", 4},
        FamilyCase{"compact-x1", "compact", 1}, FamilyCase{"compact-half", "compact", 2},
        FamilyCase{"msrresnet-x4", "msrresnet", 4}, FamilyCase{"msrresnet-x3", "msrresnet", 3},
        FamilyCase{"span-x2", "span", 2}, FamilyCase{"span-fused-x4", "span", 4},
        FamilyCase{"realplksr-x2", "realplksr", 2}, FamilyCase{"dncnn", "dncnn", 1},
        FamilyCase{"srgan-x4", "srgan-leftthomas", 4},
        FamilyCase{"resnet-instance", "cyclegan-resnet", 1},
        FamilyCase{"resnet-batch", "cyclegan-resnet", 1},
        FamilyCase{"resnet-cut", "cyclegan-resnet", 1}, FamilyCase{"unet-batch", "pix2pix-unet", 1},
        FamilyCase{"unet-instance", "pix2pix-unet", 1}, FamilyCase{"style", "style", 1},
        FamilyCase{"realplksr-dysample-x2", "realplksr", 2},
        FamilyCase{"realplksr-dysample-x3", "realplksr", 3}, FamilyCase{"drunet", "drunet", 1},
        FamilyCase{"fbcnn", "fbcnn", 1}, FamilyCase{"waifu2x-x2", "waifu2x", 2},
        FamilyCase{"waifu2x-x1", "waifu2x", 1}, FamilyCase{"cunet-x1", "cunet", 1},
        FamilyCase{"cunet-x2", "cunet", 2}, FamilyCase{"cunet-pro-x3", "cunet", 3},
        FamilyCase{"cunet-x4", "cunet", 4}),
    [](const auto& info) {
      auto name = info.param.file;
      std::erase(name, '-');
      return name;
    });

class Classifiers : public testing::TestWithParam<const char*> {};

TEST_P(Classifiers, ScoreAsTheirProgramsDo) {
  const auto file = std::string(GetParam());
  const Model model(kFolder / (file + ".pth"), exact_machine());
  constexpr int64_t kSide = 224, kLevels = 251;
  const auto image = (at::arange(3 * kSide * kSide).remainder(kLevels) / 125.0 - 1)
                         .to(at::kFloat)
                         .view({1, 3, kSide, kSide});
  const auto expected = read_torch_file(kFolder / (file + ".io.pth")).at("logits");
  const auto logits = model.method().classify(image, Domain::kA);
  EXPECT_LT((logits - expected).abs().max().item<double>(), 1e-4);
  EXPECT_EQ(model.info().image_spec().classes().size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Files, Classifiers,
                         testing::Values("squeezenet", "vgg", "vgg-normed", "alexnet"));

// The scores that a plain interpreter of its own gave, where the published weights are.
TEST(Classifiers, MobileNetKnowsADaisy) {
  const auto folder = fs::path(GANVAS_SHARED);
  const auto image = folder / "data/flowers/test/daisy/9593034725_0062f0d24e_n.jpg";
  if (!fs::exists(image)) GTEST_SKIP() << "no " << image;
  const Model model(folder / "weights/mobilenet-v1-025/model.json", exact_machine());
  const auto seen = activation_map(model, to_tensor(read_image(image), 3), kNoLabel);
  EXPECT_EQ(seen.label, 985);
}

}  // namespace
}  // namespace ganvas
