// Kinds of files: told by their bytes, read by their meaning, refused by name.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/formats.h"

#include <algorithm>

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/plain_files.h"
#include "ganvas/image/private/tiff_directory.h"
#include "ganvas/image/provenance.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

std::string little(uint32_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(uint64_t{value} >> (8 * i));
  return bytes;
}

/// A bitmap with the common header of 40 bytes.
std::string bmp(int32_t width, int32_t height, int depth, int coding, const std::string& between,
                const std::string& pixels) {
  const auto offset = static_cast<uint32_t>(54 + between.size());
  return "BM" + little(offset + static_cast<uint32_t>(pixels.size()), 4) + little(0, 4) +
         little(offset, 4) + little(40, 4) + little(static_cast<uint32_t>(width), 4) +
         little(static_cast<uint32_t>(height), 4) + little(1, 2) + little(depth, 2) +
         little(coding, 4) + little(static_cast<uint32_t>(pixels.size()), 4) + little(0, 16) +
         between + pixels;
}

Image read_bytes(const std::string& bytes, const char* name = "x.dat") {
  const Scratch scratch;
  write_file(scratch / name, bytes);
  return read_image(scratch / name);
}

using Levels = std::vector<uint8_t>;

TEST(PlainFiles, BitmapsOfEveryDepthAndCodingComeOutRight) {
  const std::string palette("\x00\x00\x00\x00\x1e\x14\x0a\x00",
                            8);  // black; red 10, green 20, blue 30
  // One bit: 10 over 01, rows from the bottom.
  EXPECT_EQ(read_bytes(bmp(2, 2, 1, 0, palette, std::string("\x40\0\0\0\x80\0\0\0", 8))).bytes,
            (Levels{10, 20, 30, 0, 0, 0, 0, 0, 0, 10, 20, 30}));
  EXPECT_EQ(read_bytes(bmp(2, -2, 1, 0, palette, std::string("\x40\0\0\0\x80\0\0\0", 8))).bytes,
            (Levels{0, 0, 0, 10, 20, 30, 10, 20, 30, 0, 0, 0}));
  EXPECT_EQ(read_bytes(bmp(3, 1, 4, 0, palette, std::string("\x10\x10\0\0", 4))).bytes,
            (Levels{10, 20, 30, 0, 0, 0, 10, 20, 30}));
  // Run lengths: two of colour 1, then as it is 0 1 0 (padded), end of the line, end.
  const std::string runs("\x02\x01\x00\x03\x00\x01\x00\x00\x00\x00\x00\x01", 12);
  EXPECT_EQ(read_bytes(bmp(5, 1, 8, 1, palette, runs)).bytes,
            (Levels{10, 20, 30, 10, 20, 30, 0, 0, 0, 10, 20, 30, 0, 0, 0}));
  // Five bits a colour: the largest is white.
  EXPECT_EQ(read_bytes(bmp(1, 1, 16, 0, "", std::string("\xff\x7f\0\0", 4))).bytes,
            (Levels{255, 255, 255}));
  const auto masks = little(0xf800, 4) + little(0x07e0, 4) + little(0x001f, 4);
  EXPECT_EQ(read_bytes(bmp(1, 1, 16, 3, masks, std::string("\x00\xf8\0\0", 4))).bytes,
            (Levels{255, 0, 0}));
  EXPECT_EQ(read_bytes(bmp(1, 1, 24, 0, "", std::string("\x03\x02\x01\0", 4))).bytes,
            (Levels{1, 2, 3}));
  EXPECT_EQ(read_bytes(bmp(1, 1, 32, 0, "", std::string("\x03\x02\x01\x07", 4))).bytes,
            (Levels{1, 2, 3}));
}

TEST(PlainFiles, AnyMapsOfEveryKindComeOutRight) {
  EXPECT_EQ(read_bytes("P1\n# bits\n3 1\n0 11\n").bytes, (Levels{255, 0, 0}));
  EXPECT_EQ(read_bytes("P2 2 1 3 0 2").bytes, (Levels{0, 170}));
  EXPECT_EQ(read_bytes("P3 1 1 255 1 2 3").bytes, (Levels{1, 2, 3}));
  EXPECT_EQ(read_bytes(std::string("P4 3 2 ") + "\xa0\x40").bytes,
            (Levels{0, 255, 0, 255, 0, 255}));
  EXPECT_EQ(read_bytes("P5 2 1 255\nab").bytes, (Levels{'a', 'b'}));
  const auto wide = read_bytes(std::string("P5 1 1 65535\n") + "\x12\x34");
  EXPECT_EQ(wide.bits, 16);
  EXPECT_EQ(wide.bytes, (Levels{0x34, 0x12}));
  const float half = 0.5;
  const auto floats =
      read_bytes("Pf 1 1 -1.0\n" + std::string(reinterpret_cast<const char*>(&half), 4));
  EXPECT_EQ(floats.bits, 16);
  EXPECT_EQ(floats.bytes, (Levels{0x00, 0x80}));
}

TEST(PlainFiles, DamageIsRefusedByName) {
  const auto refusal = [](const std::string& bytes) {
    return error_of([&] { read_bytes(bytes); });
  };
  EXPECT_TRUE(contains(refusal("P5 20 20 255\nabc"), "cut off"));
  EXPECT_TRUE(contains(refusal("P5 999999 999999 255\nabc"), "at most 268 megapixels"));
  EXPECT_TRUE(contains(refusal("P5 2 1 255\nabP5 2 1 255\nab"), "several images"));
  EXPECT_TRUE(contains(refusal("P1 2 1 0z"), "neither 0 nor 1"));
  EXPECT_TRUE(contains(refusal(std::string("P\0\n1 1 1", 8)), "no kind of image"));
  EXPECT_TRUE(contains(refusal("P6 16384 16384 65535\nabc"), "cut off"));
  EXPECT_TRUE(contains(refusal("P2 x 1 255\n"), "'x' for a number"));
  EXPECT_TRUE(contains(refusal(bmp(4000, 4000, 24, 0, "", "abc")), "cut off"));
  EXPECT_TRUE(contains(refusal(bmp(1, 1, 24, 4, "", "abcd")), "which is not read"));
  const float two = 2;
  EXPECT_TRUE(contains(refusal("Pf 1 1 -1\n" + std::string(reinterpret_cast<const char*>(&two), 4)),
                       "not between 0 and 1"));
}

TEST(Formats, WhatIsNoImageIsCalledWhatItIs) {
  const auto refusal = [](const std::string& bytes, const char* name) {
    return error_of([&] { read_bytes(bytes, name); });
  };
  EXPECT_TRUE(contains(refusal("\x1f\x8b\x08 and more", "a.jpg"), "gzip archive"));
  EXPECT_TRUE(contains(refusal("8BPS rest", "a.png"), "Photoshop"));
  EXPECT_TRUE(contains(refusal("<!DOCTYPE html><p>", "a.png"), "web page"));
  EXPECT_TRUE(contains(refusal(std::string(200, '\0'), "a.png"), "holds zeros"));
  EXPECT_TRUE(contains(refusal(std::string("\0\0\2\0", 4) + std::string(80, 'x'), "a.tga"), "TGA"));
  EXPECT_TRUE(contains(refusal("", "a.webp"), "empty"));
}

TEST(Formats, LosslessStaysLosslessAndOtherwiseWhatIsAskedForCounts) {
  const Scratch scratch;
  auto image = make_image(40, 30, 3);
  for (size_t i = 0; i < image.bytes.size(); ++i)
    image.bytes[i] = static_cast<uint8_t>(i * 37 % 251);
  WriteOptions lossless, coarse;
  lossless.lossless = true;
  write_image(image, scratch / "a.webp", lossless);
  const auto back = read_image(scratch / "a.webp");
  EXPECT_EQ(back.bytes, image.bytes);
  write_image(back, scratch / "b.webp");
  EXPECT_EQ(read_image(scratch / "b.webp").bytes, image.bytes);
  coarse.quality = 40;
  write_image(back, scratch / "c.webp", coarse);
  EXPECT_NE(read_image(scratch / "c.webp").bytes, image.bytes);
  write_image(image, scratch / "d.webp");
  EXPECT_NE(read_image(scratch / "d.webp").bytes, image.bytes);
}

TEST(Formats, AlphaIsLaidOnTheBackgroundWhereThereIsNone) {
  const Scratch scratch;
  auto image = make_image(16, 16, 4);  // black and transparent
  write_image(image, scratch / "a.jpg");
  EXPECT_EQ(read_image(scratch / "a.jpg").bytes[0], 255);
  WriteOptions on_black;
  on_black.background = {0, 0, 0};
  write_image(image, scratch / "b.jpg", on_black);
  EXPECT_EQ(read_image(scratch / "b.jpg").bytes[0], 0);
}

TEST(Formats, AJpegWithoutResolutionIsGivenNone) {
  const Scratch scratch;
  write_image(make_image(16, 16, 3), scratch / "a.jpg");
  const auto bytes = read_file(scratch / "a.jpg");
  EXPECT_EQ(bytes.find("Exif"), std::string::npos);
  const auto jfif = bytes.find("JFIF");
  EXPECT_TRUE(jfif == std::string::npos || bytes[jfif + 7] == 0) << "a unit is named";
}

/// EXIF of a maker's name and, where it is over 0, a resolution in pixels an inch.
std::string exif(int dots) {
  const uint32_t count = dots > 0 ? 3 : 1, behind = 8 + 2 + 12 * count + 4;
  std::string packet = "II*" + std::string(1, '\0') + little(8, 4) + little(count, 2);
  packet += little(0x10f, 2) + little(2, 2) + little(6, 4) + little(behind, 4);
  if (dots > 0) {
    packet += little(0x11a, 2) + little(5, 2) + little(1, 4) + little(behind + 6, 4);
    packet += little(0x128, 2) + little(3, 2) + little(1, 4) + little(2, 4);
  }
  packet += little(0, 4) + std::string("Maker", 6);
  if (dots > 0) packet += little(static_cast<uint32_t>(dots), 4) + little(1, 4);
  return packet;
}

/// The EXIF packets of a file, which begin with a maker's directory.
std::vector<std::string> packets_in(const std::string& file) {
  std::vector<std::string> packets;
  for (const std::string& order : {std::string("II*\0", 4), std::string("MM\0*", 4)}) {
    for (auto at = file.find(order, 4); at != std::string::npos; at = file.find(order, at + 4)) {
      packets.push_back(file.substr(at));
    }
  }
  return packets;
}

TEST(Formats, ExifKeepsItsResolutionAndIsGivenNone) {
  const Scratch scratch;
  write_image(noise_image(20, 12, 3, 8), scratch / "plain.jpg");
  const auto plain = read_file(scratch / "plain.jpg");
  for (const int dots : {0, 72, 300}) {
    const auto packet = std::string("Exif\0\0", 6) + exif(dots);
    const auto length = static_cast<char>(packet.size() + 2);
    write_file(scratch / "in.jpg", plain.substr(0, 2) + "\xff\xe1" + std::string(1, '\0') + length +
                                       packet + plain.substr(2));
    const auto image = read_image(scratch / "in.jpg");
    for (const char* name : {"out.jpg", "out.png", "out.webp"}) {
      write_image(image, scratch / name);
      const auto packets = packets_in(read_file(scratch / name));
      ASSERT_EQ(packets.size(), 1u) << name;
      EXPECT_NE(packets[0].find("Maker"), std::string::npos) << name;
      const auto directory = first_directory(
          [&](uint64_t place, size_t count) { return packets[0].substr(place, count); });
      ASSERT_TRUE(directory) << name;
      EXPECT_EQ(states_resolution(*directory), dots > 0) << name << ", " << dots;
    }
  }
}

// Through each format and out of it again: packets stay whole, and what a TIFF's own tags say is carried too.
TEST(Formats, WhatIsBesideThePixelsComesThroughEveryFormat) {
  const Scratch scratch;
  write_image(noise_image(20, 12, 3, 8), scratch / "plain.jpg");
  const auto plain = read_file(scratch / "plain.jpg");
  const auto packet = std::string("Exif\0\0", 6) + exif(300);
  write_file(scratch / "in.jpg", plain.substr(0, 2) + "\xff\xe1" + std::string(1, '\0') +
                                     static_cast<char>(packet.size() + 2) + packet +
                                     plain.substr(2));
  const std::string xmp =
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><r city=\"Z\xc3\xbcrich\"/></x:xmpmeta>";
  const auto text_chunk = std::string("iTXtXML:com.adobe.xmp\0\0\0\0\0", 26) + xmp;
  const auto image = with_xmp(read_image(scratch / "in.jpg"), xmp);
  for (const char* name : {"a.jpg", "a.png", "a.webp", "a.tif", "a.avif", "a.jxl"}) {
    if (!can_write(*format_named(name)) || !can_read(*format_named(name))) continue;
    write_image(image, scratch / name);
    const auto back = read_image(scratch / name);
    EXPECT_EQ(xmp_of(back), xmp) << name;
    write_image(back, scratch / "back.png");
    const auto bytes = read_file(scratch / "back.png");
    EXPECT_NE(bytes.find("Maker"), std::string::npos) << name;
    EXPECT_NE(bytes.find(text_chunk), std::string::npos) << name << ": XMP is no text of UTF-8";
  }
}

TEST(Formats, WordsOfExifComeThroughInAnyCoding) {
  const Scratch scratch;
  write_image(noise_image(20, 12, 3, 8), scratch / "plain.jpg");
  const auto plain = read_file(scratch / "plain.jpg");
  for (const auto& maker :
       {std::string("M\xe4ker"), std::string("M\xc3\xa4kr")}) {  // Latin-1, UTF-8
    auto packet = std::string("Exif\0\0", 6) + exif(300);
    packet.replace(packet.find("Maker"), maker.size(), maker);
    write_file(scratch / "in.jpg", plain.substr(0, 2) + "\xff\xe1" + std::string(1, '\0') +
                                       static_cast<char>(packet.size() + 2) + packet +
                                       plain.substr(2));
    const auto image = read_image(scratch / "in.jpg");
    for (const char* name : {"out.jpg", "out.png", "out.tif", "out.webp"}) {
      write_image(image, scratch / name);
      EXPECT_NE(read_file(scratch / name).find("M\xc3\xa4k"), std::string::npos) << name;
    }
  }
}

// A second directory with an image of its own, and a size: none of it is what the result is.
TEST(TiffDirectory, AThumbnailGoesWithItsBytesAndTheSizeIsTheResults) {
  for (const bool is_little : {true, false}) {
    const auto number = [&](uint32_t value, int size) {
      auto bytes = little(value, size);
      if (!is_little) std::reverse(bytes.begin(), bytes.end());
      return bytes;
    };
    const auto entry = [&](uint32_t tag, uint32_t type, uint32_t value) {
      const int size = type == 3 ? 2 : 4;
      auto bytes = number(tag, 2) + number(type, 2) + number(1, 4) + number(value, size);
      bytes.resize(12, '\0');
      return bytes;
    };
    const uint32_t second = 8 + 2 + 3 * 12 + 4, thumbnail = second + 2 + 2 * 12 + 4;
    const auto packet = (is_little ? "II" : "MM") + number(42, 2) + number(8, 4) + number(3, 2) +
                        entry(256, 4, 20) + entry(257, 3, 12) + entry(274, 3, 6) +
                        number(second, 4) + number(2, 2) + entry(513, 4, thumbnail) +
                        entry(514, 4, 6) + number(0, 4) + "SECRET" + "rest";
    const auto bare = without_thumbnail(packet);
    EXPECT_EQ(bare.size(), packet.size());
    EXPECT_EQ(bare.find("SECRET"), std::string::npos);
    EXPECT_EQ(bare.substr(bare.size() - 4), "rest");
    const auto upright = for_upright(bare, 80, 48);
    const auto directory =
        first_directory([&](uint64_t place, size_t count) { return upright.substr(place, count); });
    ASSERT_TRUE(directory);
    EXPECT_EQ(directory->find(257)->value, 48u);
    EXPECT_EQ(directory->find(274)->value, 1u);
    for (size_t cut = 0; cut < packet.size(); ++cut) {  // no byte behind the end is looked at
      const auto part = packet.substr(0, cut);
      EXPECT_EQ(without_thumbnail(part).size(), cut);
      EXPECT_EQ(without_resolution(part).size(), cut);
      EXPECT_EQ(for_upright(part, 1, 1).size(), cut);
      texts_of(part);
    }
  }
}

TEST(Formats, LosslessIsPromisedOnlyWhereEveryPixelComesBack) {
  EXPECT_TRUE(writes_exactly(*format_named("x.webp")));
  EXPECT_TRUE(writes_exactly(*format_named("x.png")));
  EXPECT_FALSE(writes_exactly(*format_named("x.jpg")));
  const auto& avif = *format_named("x.avif");
  if (!can_write(avif)) GTEST_SKIP() << "this libvips writes no AVIF";
  const Scratch scratch;
  const auto image = noise_image(16, 16, 3, 8);
  WriteOptions exact;
  exact.lossless = true;
  write_image(image, scratch / "x.avif", exact);
  EXPECT_EQ(writes_exactly(avif), read_image(scratch / "x.avif").bytes == image.bytes);
}

TEST(Formats, ALimitIsNamedWithTheWayOut) {
  const Scratch scratch;
  const auto refusal = error_of([&] { write_image(make_image(16384, 1, 3), scratch / "x.webp"); });
  EXPECT_TRUE(
      contains(refusal, "16384 x 1 pixels, and WebP holds at most 16383 a side; use --format png"));
  EXPECT_FALSE(fs::exists(scratch / "x.webp"));
}

}  // namespace
}  // namespace ganvas
