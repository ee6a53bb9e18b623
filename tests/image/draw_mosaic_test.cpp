// Drawn mosaics: properties over random images, cells, phases and regions, and what a redacted file
// still says.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/draw_mosaic.h"

#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "ganvas/core/error.h"
#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/provenance.h"
#include "ganvas/image/region.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

Image random_image(int64_t width, int64_t height, int64_t channels, int64_t bits, Random& random) {
  auto image = make_image(width, height, channels, bits);
  for (auto& byte : image.bytes) byte = static_cast<uint8_t>(random.integer(0, 255));
  return image;
}

/// Each channel of an image [C, H, W], alpha too.
Tensor all_channels(const Image& image) {
  const auto colors = to_tensor(image, image.colors());
  return image.has_alpha() ? at::cat({colors, alpha_of(image)}) : colors;
}

TEST(DrawMosaic, OfAnyImageLeavesOneColourInACellAndTheRestUntouched) {
  for (uint64_t i = 0; i < 60; ++i) {
    Random random(1, 2, i);
    const auto image = random_image(random.integer(20, 90), random.integer(20, 90),
                                    random.integer(1, 4), random.chance(0.5) ? 8 : 16, random);
    MosaicConfig config;
    config.region.regions = Regions::kMixed;
    config.least_cell = 2;
    config.most_cell = 14;
    Mosaic mosaic;
    mosaic.grid = draw_grid(config, random);
    mosaic.mask =
        cells_of_region(draw_region(config.region, image.height, image.width, random), mosaic.grid);
    const auto made = draw_pixelated(image, mosaic, config, random);
    const auto before = all_channels(image), after = all_channels(made);
    const auto uniform = pixelate(after, mosaic);
    EXPECT_LT((uniform - after).abs().max().item<double>(), 1e-5) << i;
    const auto outside = 1 - mosaic.mask;
    EXPECT_TRUE((before * outside).equal(after * outside)) << i;
    const double level = image.bits == 8 ? 1 / 127.5 : 1 / 32767.5;
    EXPECT_LE((pixelate(before, mosaic) - after).abs().max().item<double>(), 0.51 * level) << i;
  }
}

TEST(DrawMosaic, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const auto draw = [](uint64_t seed) {
    Random random(seed);
    MosaicConfig config;
    config.region.regions = Regions::kMixed;
    config.noise = 4;
    config.jpeg = 75;
    Random pixels(5);
    const auto image = to_tensor(random_image(48, 40, 3, 8, pixels), 3);
    Mosaic mosaic;
    mosaic.grid = draw_grid(config, random);
    mosaic.mask = cells_of_region(draw_region(config.region, 40, 48, random), mosaic.grid);
    return draw_pixelated(image, mosaic, config, random);
  };
  EXPECT_TRUE(draw(3).equal(draw(3)));
  EXPECT_FALSE(draw(3).equal(draw(4)));
}

TEST(DrawMosaic, StrengthLetsAShareOfTheImageThrough) {
  Random random(8);
  const auto image = at::rand({3, 32, 32}) * 2 - 1;
  Mosaic mosaic;
  mosaic.mask = at::ones({1, 32, 32});
  MosaicConfig config;
  config.strength = 0.25;
  const auto made = draw_pixelated(image, mosaic, config, random);
  const auto expected = 0.75 * image + 0.25 * pixelate(image, mosaic);
  EXPECT_LT((made - expected).abs().max().item<double>(), 1e-6);
}

TEST(DrawMosaic, RefusesCellsTheWrongWayRound) {
  Random random(1);
  MosaicConfig config;
  config.least_cell = 9;
  config.most_cell = 8;
  EXPECT_THROW(draw_grid(config, random), UsageError);
}

TEST(Provenance, IsReadBackFromTheFileOnceAndLeavesOtherWordsAlone) {
  const Scratch folder;
  Random random(4);
  const auto path = folder / "x.png";
  const Provenance first{"ganvas 0 restore", "a & \"b\"", "12ab", "--cell 8"};
  write_image(with_provenance(random_image(8, 8, 3, 8, random), first), path);
  const auto packet = xmp_of(read_image(path));
  EXPECT_NE(packet.find("digitalsourcetype/compositeWithTrainedAlgorithmicMedia"),
            std::string::npos);
  EXPECT_NE(packet.find("a &amp; &quot;b&quot;"), std::string::npos);

  auto again = with_provenance(read_image(path), {"ganvas 0 upscale", "c", "34cd", ""});
  const auto second = xmp_of(again);
  EXPECT_EQ(second.find("12ab"), std::string::npos);
  EXPECT_NE(second.find("34cd"), std::string::npos);
  EXPECT_EQ(second.find("DigitalSourceType"), second.rfind("DigitalSourceType"));
  EXPECT_EQ(xmp_of(without_history(again)), "");
}

TEST(Provenance, TakesTheWordsOfACameraAwayAndKeepsItsTitle) {
  Random random(4);
  const auto image = random_image(8, 8, 3, 8, random);
  // A label of ours is a packet like any other; a camera's words are put into it.
  auto packet = xmp_of(with_provenance(image, {"t", "m", "h", "s"}));
  const std::string camera =
      "<rdf:Description rdf:about=\"\" xmlns:i=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" "
      "i:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture\" "
      "dc:title=\"Rose\"/>";
  packet.insert(packet.rfind("</rdf:RDF>"), camera);
  const Scratch folder;
  write_image(with_xmp(image, packet), folder / "camera.jpg");
  const auto words = xmp_of(
      with_provenance(read_image(folder / "camera.jpg"), {"ganvas 0 restore", "m", "h", "s"}));
  EXPECT_EQ(words.find("digitalCapture"), std::string::npos);
  EXPECT_NE(words.find("dc:title=\"Rose\""), std::string::npos);
}

// Chance alone gives a pixel of 48 random bits its own colour back.
TEST(Hidden, NotOnePixelOfTheRegionStays) {
  Random random(7, 0, 0);
  for (int round = 0; round < 300; ++round) {
    const int64_t width = random.integer(1, 60), height = random.integer(1, 60);
    const auto image = random_image(width, height, random.chance(0.5) ? 3 : 4, 16, random);
    const Box box{random.integer(-5, width - 1), random.integer(-5, height - 1),
                  random.integer(1, 40), random.integer(1, 40)};
    const auto region = random.chance(0.5) ? rectangle_region(height, width, box)
                                           : ellipse_region(height, width, box);
    Mosaic mosaic;
    mosaic.grid.cell_width = random.integer(2, 30);
    mosaic.grid.cell_height = random.integer(2, 30);
    mosaic.grid.phase_x = random.integer(0, mosaic.grid.cell_width - 1);
    mosaic.grid.phase_y = random.integer(0, mosaic.grid.cell_height - 1);
    mosaic.mask = cells_touching(region, mosaic.grid);
    ASSERT_TRUE(mosaic.mask.ge(region).all().item<bool>());
    if (width * height == 1) continue;  // an image of one pixel is its own mean
    const auto before = to_tensor(image, 3),
               after = to_tensor(hidden(image, mosaic, Cover::kCells), 3);
    const auto same = before.eq(after).all(0, /*keepdim=*/true).logical_and(region.gt(0.5));
    ASSERT_FALSE(same.any().item<bool>())
        << width << " x " << height << ", cells of " << mosaic.grid.cell_width << " x "
        << mosaic.grid.cell_height << ", phase " << mosaic.grid.phase_x << ", "
        << mosaic.grid.phase_y;
    const auto black = to_tensor(hidden(image, mosaic, Cover::kBlack), 3);
    ASSERT_TRUE(
        black.masked_select(mosaic.mask.gt(0.5).expand_as(black)).eq(-1).all().item<bool>());
  }
}

}  // namespace
}  // namespace ganvas
