// A trained model keeps what an image is made of, whatever kind it is.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/model.h"

#include "ganvas/train/train.h"
#include "tests/support/close.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

/// The bytes of the last channel.
std::string last_channel(const Image& image) {
  const auto wide = static_cast<size_t>(image.bits / 8),
             all = wide * static_cast<size_t>(image.channels);
  std::string bytes;
  for (size_t i = 0; i < image.bytes.size(); i += all) {
    bytes.append(reinterpret_cast<const char*>(&image.bytes[i + all - wide]), wide);
  }
  return bytes;
}

class Translating : public testing::Test {
 protected:
  Translating() {
    write_pairs(scratch_ / "data/train", 2, 32);
    RunSpec spec;
    spec.method = "regress";
    spec.folder = scratch_ / "run";
    spec.method_settings = {{"width", "4"}};
    spec.run.steps = 1;
    spec.machine = {.device = "cpu", .precision = "fp32", .threads = 1};
    spec.data = find_data(scratch_ / "data", Task::kPairs, {}, {.size = 32});
    train(spec, Start::kFresh);
  }
  Scratch scratch_;
};

TEST_F(Translating, KeepsSizeBitsGreyAndAlpha) {
  const Model model(scratch_ / "run", exact_machine());
  for (const int64_t channels : {1, 2, 3, 4}) {
    for (const int64_t bits : {8, 16}) {
      const auto in = noise_image(45, 37, channels, bits);
      const auto out = model(in);
      EXPECT_EQ(out.width, 45);
      EXPECT_EQ(out.height, 37);
      EXPECT_EQ(out.channels, channels);
      EXPECT_EQ(out.bits, bits);
      EXPECT_NE(out.bytes, in.bytes) << "nothing was translated";
      EXPECT_TRUE(!in.has_alpha() || last_channel(out) == last_channel(in));
    }
  }
}

TEST_F(Translating, EqualSeedsGiveEqualImages) {
  const Model model(scratch_ / "run", exact_machine());
  const auto in = noise_image(40, 40, 3, 8);
  EXPECT_EQ(model(in, {.seed = 5}).bytes, model(in, {.seed = 5}).bytes);
  EXPECT_NE(model(in, {.seed = 5}).bytes, model(in, {.seed = 6}).bytes)
      << "dropout is the noise of pix2pix";
}

}  // namespace
}  // namespace ganvas
