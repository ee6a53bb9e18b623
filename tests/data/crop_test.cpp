// From images of any size to crops.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/crop.h"

#include <gtest/gtest.h>

#include "ganvas/image/convert.h"
#include "ganvas/image/image.h"

namespace ganvas {
namespace {

/// A crop of an image of 60 x 40 whose red is its column and whose green is its row.
Tensor crop_of(Fit fit, View view, FrameSize size = 20) {
  auto image = make_image(60, 40, 3);
  for (size_t i = 0; i < image.bytes.size(); ++i) {
    image.bytes[i] = static_cast<uint8_t>(i % 3 == 0 ? i / 3 % 60 : i % 3 == 1 ? i / 180 : 0);
  }
  SquareConfig config;
  config.fit = fit;
  config.load_size = 24;
  config.read.flip = false;
  const Cropper cropper(view, config, {.size = size});
  Random random(3);
  const auto fitted = cropper.fitted(levels_of(image, 3));
  return quantise(cropper.draw(fitted, random)(fitted)).to(at::kFloat);
}

TEST(Fit, KeepsTheShapeUnlessItIsAskedToStretch) {
  const auto columns_over_rows = [](Fit fit) {
    const auto crop = crop_of(fit, View::kAugmented);
    EXPECT_EQ(crop.sizes(), (std::vector<int64_t>{3, 20, 20}));
    const double across = (crop[0][10][18] - crop[0][10][2]).item<double>();
    const double down = (crop[1][18][10] - crop[1][2][10]).item<double>();
    return across / down;
  };
  EXPECT_NEAR(columns_over_rows(Fit::kResize), 1.5, 0.1);
  EXPECT_NEAR(columns_over_rows(Fit::kMiddle), 1, 0.08);
  EXPECT_NEAR(columns_over_rows(Fit::kScale), 1, 0.08);
  EXPECT_EQ(columns_over_rows(Fit::kCrop), 1);
}

TEST(Fit, InPlainViewTheMiddleIsShown) {
  const auto crop = crop_of(Fit::kCrop, View::kPlain);
  EXPECT_EQ(crop[0][0][0].item<float>(), 20);
  EXPECT_EQ(crop[1][0][0].item<float>(), 10);
}

TEST(Fit, RectanglesKeepTheShapeAsWell) {
  for (const auto fit : {Fit::kMiddle, Fit::kScale, Fit::kCrop}) {
    const auto crop = crop_of(fit, View::kAugmented, {24, 12});
    ASSERT_EQ(crop.sizes(), (std::vector<int64_t>{3, 12, 24}));
    const double across = (crop[0][6][22] - crop[0][6][2]).item<double>() / 20;
    const double down = (crop[1][11][10] - crop[1][1][10]).item<double>() / 10;
    EXPECT_NEAR(across / down, 1, 0.08);
  }
}

TEST(Fit, CoversWhatIsAskedForInItsOwnShape) {
  EXPECT_EQ(covering({60, 40}, 20), (FrameSize{30, 20}));
  EXPECT_EQ(covering({60, 40}, {60, 20}), (FrameSize{60, 40}));
  EXPECT_EQ(covering({10, 1000}, {30, 20}), (FrameSize{30, 3000}));
}

TEST(Fit, IsTold) {
  const auto told = [](Fit fit, std::vector<FrameSize> images) {
    SquareConfig config;
    config.fit = fit;
    return Cropper(View::kAugmented, config, {.size = {128, 64}}).describe(images);
  };
  EXPECT_EQ(told(Fit::kResize, {{256, 128}}),
            "images of 256x128 are resized to 144x72, crops of 128x64 are taken");
  EXPECT_EQ(
      told(Fit::kResize, {{640, 480}, {300, 300}}),
      "images of 300x300 to 640x480 are stretched to 144x72, crops of 128x64 are taken (--fit scale "
      "keeps their shape)");
  EXPECT_EQ(
      told(Fit::kScale, {{640, 480}}),
      "images of 640x480 are scaled, in their shape, to cover 144x72, crops of 128x64 are taken");
}

// A ramp of 4000 levels between two of the 8-bit ones.
TEST(Crop, SixteenBitsStaySixteenBits) {
  auto image = make_image(4000, 1, 1, /*bits=*/16);
  for (size_t i = 0; i < 4000; ++i) {
    image.bytes[2 * i] = static_cast<uint8_t>((30000 + i) & 255);
    image.bytes[2 * i + 1] = static_cast<uint8_t>((30000 + i) >> 8);
  }
  const auto numbers = dequantise(levels_of(image, 1));
  const auto steps = numbers.narrow(2, 1, 3999) - numbers.narrow(2, 0, 3999);
  EXPECT_GT(steps.min().item<double>(), 0.5 / 32767.5);
}

}  // namespace
}  // namespace ganvas
