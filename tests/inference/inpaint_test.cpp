// Hidden parts are filled, and nothing else is touched.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/inpaint.h"

#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

/// Fills with white, and remembers what it saw.
class White final : public Method {
 public:
  Tensor seen;
  Game game() override { return {}; }

 protected:
  Tensor run_translation(const Tensor& images, Direction) override {
    seen = images;
    return at::full_like(images.narrow(1, 0, 3), 1);
  }
};

Model model_of(Method& method, const std::string& layout) {
  CheckpointInfo info;
  info.method = "white";
  info.settings = {{"layout", layout}, {"channels-a", "4"}, {"channels-b", "3"}};
  return Model::view(method, info, exact_machine());
}

TEST(Inpaint, FillsTheRegionAndLeavesTheRestToTheBit) {
  White method;
  const auto model = model_of(method, "masked");
  auto region = at::zeros({1, 20, 24});
  region.narrow(1, 5, 6).narrow(2, 3, 8).fill_(1);
  for (const int64_t channels : {1, 2, 3, 4}) {
    for (const int64_t bits : {8, 16}) {
      const auto image = noise_image(24, 20, channels, bits);
      const auto filled = inpaint(model, image, region);
      ASSERT_EQ(filled.bytes.size(), image.bytes.size());
      const auto pixel = static_cast<size_t>(channels * bits / 8);
      const auto colors = static_cast<size_t>(image.colors() * bits / 8);
      for (size_t i = 0; i < image.bytes.size(); ++i) {
        const auto x = static_cast<int64_t>(i / pixel % 24),
                   y = static_cast<int64_t>(i / pixel / 24);
        const bool is_color = i % pixel < colors;
        const bool is_inside = region[0][y][x].item<float>() > 0 && is_color;
        ASSERT_EQ(filled.bytes[i], is_inside ? 255 : image.bytes[i]) << channels << " x " << bits;
      }
    }
  }
  const auto colors = method.seen[0].narrow(0, 0, 3).narrow(1, 0, 20).narrow(2, 0, 24);
  EXPECT_TRUE((colors * region).eq(0).all().item<bool>()) << "what is hidden is not shown";
}

TEST(Inpaint, OtherModelsAndOtherSizesAreRefused) {
  White method;
  const auto image = noise_image(24, 20, 3, 8);
  EXPECT_TRUE(contains(
      error_of([&] { inpaint(model_of(method, "mosaic"), image, at::zeros({1, 20, 24})); }),
      "not trained with --layout masked"));
  EXPECT_TRUE(contains(
      error_of([&] { inpaint(model_of(method, "masked"), image, at::zeros({1, 10, 24})); }),
      "mask of 24 x 10 pixels for an image of 24 x 20"));
}

}  // namespace
}  // namespace ganvas
