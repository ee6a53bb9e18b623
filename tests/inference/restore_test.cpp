// Mosaics are restored where they are, held to their cells, and nothing else is touched.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/restore.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "ganvas/image/convert.h"
#include "ganvas/image/mosaic.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/machine.h"

namespace ganvas {
namespace {

/// Answers with what it sees, brighter the further right a pixel lies: no average of ways is like one.
class Slope final : public Method {
 public:
  Game game() override { return {}; }

 protected:
  Tensor run_translation(const Tensor& images, Direction) override {
    auto made = images.narrow(1, 0, 3).clone();
    const int64_t width = made.size(3);
    for (int64_t x = 0; x < width; ++x) {
      made.select(3, x).add_(0.3 * static_cast<double>(x % 5) / 5);
    }
    return made.clamp(-1, 1);
  }
};

Model model_of(Method& method, const std::string& layout) {
  CheckpointInfo info;
  info.method = "slope";
  info.settings = {{"layout", layout},
                   {"channels-a", "4"},
                   {"channels-b", "3"},
                   {"phase", "free"},
                   {"least-cell", "8"}};
  return Model::view(method, info, exact_machine());
}

struct Scene {
  Image image;
  Mosaic mosaic;
};

/// Noise with a mosaic of 8-pixel cells from (16, 8) to (40, 32).
Scene scene(int64_t channels, int64_t bits) {
  auto image = noise_image(56, 48, channels, bits);
  Mosaic mosaic{{8, 8, 0, 0}, at::zeros({1, 48, 56})};
  mosaic.mask.narrow(1, 8, 24).narrow(2, 16, 24).fill_(1);
  return {with_colors(image, pixelate(to_tensor(image, image.colors()), mosaic)), mosaic};
}

TEST(Restore, ChangesTheMosaicAloneAndKeepsTheMeansOfItsCells) {
  Slope method;
  const auto model = model_of(method, "mosaic");
  for (const int64_t channels : {1, 3, 4}) {
    for (const int64_t bits : {8, 16}) {
      const auto [image, mosaic] = scene(channels, bits);
      const auto restored = restore(model, image, {known_mosaic(mosaic)});
      const auto pixel = static_cast<size_t>(channels * bits / 8);
      const auto colors = static_cast<size_t>(image.colors() * bits / 8);
      int64_t changed = 0;
      for (size_t i = 0; i < image.bytes.size(); ++i) {
        const auto x = static_cast<int64_t>(i / pixel % 56),
                   y = static_cast<int64_t>(i / pixel / 56);
        const bool is_inside = mosaic.mask[0][y][x].item<float>() > 0 && i % pixel < colors;
        if (!is_inside) {
          ASSERT_EQ(restored.image.bytes[i], image.bytes[i]) << x << "," << y;
        }
        changed += restored.image.bytes[i] != image.bytes[i] ? 1 : 0;
      }
      EXPECT_GT(changed, 24 * 24 / 2) << "it did restore";
      const auto means = [&](const Image& of) {
        return cell_means(to_tensor(of, of.colors()), mosaic.grid);
      };
      const double level = bits == 16 ? 2.0 / 65535 : 2.0 / 255;
      EXPECT_LT((means(restored.image) - means(image)).abs().max().item<double>(), 0.6 * level);
      EXPECT_GT(restored.invented, 0);
      EXPECT_TRUE(restored.spread.eq(0).all().item<bool>()) << "one way has no spread";
    }
  }
}

TEST(Restore, EightWaysSayWhereTheyDiffer) {
  Slope method;
  const auto model = model_of(method, "mosaic");
  const auto [image, mosaic] = scene(3, 8);
  const auto restored = restore(model, image, {known_mosaic(mosaic)}, {.ways = 8});
  EXPECT_GT((restored.spread * mosaic.mask).max().item<float>(), 1);
  EXPECT_TRUE((restored.spread * (1 - mosaic.mask)).eq(0).all().item<bool>());
  const auto doubt = doubt_image(restored);
  EXPECT_EQ(doubt.width, 56);
  EXPECT_EQ(doubt.channels, 1);
}

TEST(Restore, RefusesMasksOfOtherImagesAndModelsOfOtherThings) {
  Slope method;
  const auto model = model_of(method, "mosaic");
  const auto [image, mosaic] = scene(3, 8);
  const auto other = noise_image(40, 48, 3, 8);
  EXPECT_TRUE(contains(error_of([&] { restore(model, other, {known_mosaic(mosaic)}); }),
                       "got a mask of 56 x 48 pixels for an image of 40 x 48"));
  EXPECT_TRUE(contains(error_of([&] { require_restorer(model_of(method, "masked")); }),
                       "was not trained on mosaics"));
}

}  // namespace
}  // namespace ganvas
