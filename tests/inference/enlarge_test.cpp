// Enlarging in parts is enlarging the whole, and files keep what they were.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/enlarge.h"

#include <ATen/ops/rand.h>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/image/alpha.h"
#include "ganvas/image/project.h"
#include "ganvas/image/resize.h"
#include "ganvas/inference/padded.h"
#include "ganvas/train/train.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

class Enlarge : public testing::TestWithParam<std::string> {
 protected:
  /// A run of a few steps, so that the running statistics are not those of the beginning.
  Model model(int64_t scale = 4) {
    make_folders(scratch_ / "data/train");
    for (const auto* name : {"a.png", "b.png"}) {
      write_image(noise_image(64, 48, 3, 8), scratch_ / "data/train" / name);
    }
    RunSpec spec;
    spec.method = "srresnet";
    spec.folder = scratch_ / "run";
    spec.method_settings = {
        {"upscaler", GetParam()}, {"width", "6"}, {"blocks", "2"}, {"lr", "0.01"}};
    spec.run.steps = 3;
    spec.machine = {.device = "cpu", .precision = "fp32", .threads = 1};
    spec.data = find_data(scratch_ / "data", Task::kUpscaling, {}, {.size = 24, .scale = scale});
    train(spec, Start::kFresh);
    return Model(scratch_ / "run", exact_machine());
  }
  Scratch scratch_;
};

TEST_P(Enlarge, PartsEqualTheWhole) {
  const auto translator = model();
  seed_torch(5);
  const auto image = at::rand({3, 75, 90}) * 2 - 1;
  const auto whole =
      translate_padded(translator.method(), image, Direction::kAtoB, translator.machine());
  ASSERT_EQ(whole.sizes(), (std::vector<int64_t>{3, 300, 360}));
  int64_t parts = 0;
  Enlarging how{.tile = 32};
  how.on_tile = [&](int64_t done, int64_t) { parts = done; };
  EXPECT_LE((enlarge(translator, image, how) - whole).abs().max().item<double>(), 1e-5);
  EXPECT_EQ(parts, 9);
  how.holds = true;
  const auto held = project_to_reduction(whole, image);
  EXPECT_LE((enlarge(translator, image, how) - held).abs().max().item<double>(), 1e-5);
  EXPECT_GT((whole - resize(image, 300, 360)).abs().max().item<double>(), 1e-2)
      << "the network does nothing";
}

TEST_P(Enlarge, EightWaysCommuteWithTurning) {
  const auto translator = model(2);
  seed_torch(5);
  const auto image = at::rand({3, 20, 24}) * 2 - 1;
  const auto turned = image.transpose(1, 2).flip(std::vector<int64_t>{2}).contiguous();
  const auto straight = enlarge(translator, image, {.ways = 8});
  EXPECT_TRUE(close(enlarge(translator, image, {.tile = 16, .ways = 8}), straight, kNetwork));
  const auto back =
      enlarge(translator, turned, {.ways = 8}).flip(std::vector<int64_t>{2}).transpose(1, 2);
  EXPECT_TRUE(close(back, straight, kNetwork));
  EXPECT_FALSE(close(enlarge(translator, image), straight, kNetwork)) << "nothing was averaged";
}

TEST_P(Enlarge, FilesKeepBitsGreyAndAlpha) {
  const auto translator = model();
  for (const int64_t channels : {1, 2, 3, 4}) {
    for (const int64_t bits : {8, 16}) {
      const auto in = noise_image(45, 37, channels, bits);
      enlarge(translator, in, scratch_ / "out.png", {.tile = 16});
      const auto out = read_image(scratch_ / "out.png");
      EXPECT_EQ(out.width, 4 * 45);
      EXPECT_EQ(out.height, 4 * 37);
      EXPECT_EQ(out.channels, channels);
      EXPECT_EQ(out.bits, bits);
      const auto whole = enlarge(translator, to_tensor(with_spread_colors(in), 3));
      const auto expected = channels < 3 ? to_tensor(to_image(whole, bits), 1) : whole;
      EXPECT_TRUE(close(to_tensor(out, channels < 3 ? 1 : 3), expected, {1.0 / 127, 0}));
      if (!in.has_alpha()) continue;
      EXPECT_TRUE(close(alpha_of(out), resize(alpha_of(in), 148, 180), {1.0 / 127, 0}));
    }
  }
}

TEST_P(Enlarge, AStopLeavesNoFile) {
  const auto translator = model();
  Enlarging how{.tile = 16};
  how.on_tile = [](int64_t done, int64_t) { require(done < 3, "stopped by the caller"); };
  const auto in = noise_image(45, 37, 3, 8);
  EXPECT_EQ(error_of([&] { enlarge(translator, in, scratch_ / "out.png", how); }),
            "stopped by the caller");
  for (const auto& entry : std::filesystem::directory_iterator(scratch_.path())) {
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Both, Enlarge, testing::Values("srresnet", "compact"));

}  // namespace
}  // namespace ganvas
