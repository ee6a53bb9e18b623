// Image files: what goes out comes back, and what is no image is refused.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/codec.h"

#include <ATen/ops/rand.h>

#include "ganvas/core/files.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"
#include "tests/support/close.h"
#include "tests/support/errors.h"
#include "tests/support/images.h"
#include "tests/support/scratch.h"

namespace ganvas {
namespace {

Image noise(int64_t width, int64_t height, int64_t channels, int64_t bits) {
  auto image = make_image(width, height, channels, bits);
  uint32_t state = 1;
  for (auto& byte : image.bytes)
    byte = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return image;
}

TEST(Codec, LosslessFormatsBringEveryKindBack) {
  const Scratch scratch;
  for (const char* format : {".png", ".tif"}) {
    for (const int64_t channels : {1, 2, 3, 4}) {
      for (const int64_t bits : {8, 16}) {
        const auto image = noise(13, 7, channels, bits);
        const auto path = scratch / (std::string("x") + format);
        write_image(image, path);
        const auto back = read_image(path);
        EXPECT_EQ(back.channels, channels);
        EXPECT_EQ(back.bits, bits);
        EXPECT_EQ(back.bytes, image.bytes) << format << " " << channels << " x " << bits;
      }
    }
  }
}

TEST(Codec, JpegsComeShrunkAsFarAsTheLeastSideAllows) {
  const Scratch scratch;
  const auto levels = at::rand({3, 6, 8}) * 2 - 1;
  const auto photograph = to_image(resize(levels, 480, 640));
  write_image(photograph, scratch / "x.jpg");
  write_image(photograph, scratch / "x.png");
  const auto height = [&](const char* name, int64_t least_side) {
    return read_image_shrunk(scratch / name, least_side).height;
  };
  EXPECT_EQ(height("x.jpg", 240), 240);
  EXPECT_EQ(height("x.jpg", 241), 480);
  EXPECT_EQ(height("x.jpg", 1), 60);
  EXPECT_EQ(height("x.png", 1), 480);
  const auto shrunk = to_tensor(read_image_shrunk(scratch / "x.jpg", 240), 3);
  const auto expected = resize(to_tensor(photograph, 3), 240, 320);
  EXPECT_LT((shrunk - expected).abs().max().item<double>(), 6 / 127.5);
}

TEST(Codec, WhatIsNoImageIsRefusedByName) {
  const Scratch scratch;
  const auto text = scratch / "text.jpg";
  write_file(text, "this is text");
  EXPECT_TRUE(contains(error_of([&] { read_image(text); }), "text.jpg: cannot be read"));
  EXPECT_TRUE(contains(error_of([&] { read_image(scratch / "none.png"); }), "no such file"));
  EXPECT_TRUE(contains(error_of([&] { read_image(scratch.path()); }), "got a folder"));
  EXPECT_TRUE(contains(error_of([&] { write_image(noise(4, 4, 3, 8), scratch / "x.xyz"); }),
                       "names no image format"));
  EXPECT_FALSE(fs::exists(scratch / "x.xyz"));
}

/// The JPEG bytes with an EXIF block that holds nothing but this orientation.
std::string with_orientation(const std::string& jpeg, int orientation) {
  std::string exif("Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25);
  exif += static_cast<char>(orientation);
  exif += std::string("\0\0\0\0\0\0", 6);
  const auto length = static_cast<char>(exif.size() + 2);
  return jpeg.substr(0, 2) + "\xff\xe1" + std::string(1, '\0') + length + exif + jpeg.substr(2);
}

TEST(Codec, RotatedImagesAreReadUprightAndStoredAsTheyWere) {
  const Scratch scratch;
  auto image = make_image(48, 32, 1);  // dark at the left, bright at the bottom right
  for (size_t i = 0; i < image.bytes.size(); ++i) {
    image.bytes[i] = static_cast<uint8_t>(3 * (i % 48) + 3 * (i / 48));
  }
  const auto jpeg = encode_image(image, ".jpg");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    write_file(scratch / "in.jpg", with_orientation(jpeg, orientation));
    const auto upright = read_image(scratch / "in.jpg");
    EXPECT_EQ(upright.width, orientation >= 5 ? 32 : 48) << "orientation " << orientation;
    write_image(upright, scratch / "out.jpg");
    const auto again = read_image(scratch / "out.jpg");
    ASSERT_EQ(again.width, upright.width) << "orientation " << orientation;
    EXPECT_TRUE(close(to_tensor(again, 1), to_tensor(upright, 1), {6 / 127.5, 0}))
        << "orientation " << orientation;
    // Without its tag the file shows the pixels as they are stored: as they came in.
    auto stored = read_file(scratch / "out.jpg");
    stored[stored.find("Exif") + 1] = 'y';
    write_file(scratch / "stored.jpg", stored);
    EXPECT_TRUE(close(to_tensor(read_image(scratch / "stored.jpg"), 1), to_tensor(image, 1),
                      {6 / 127.5, 0}))
        << "orientation " << orientation;
  }
}

// The profile is a photograph's own: libvips drops one that it cannot parse.
TEST(Codec, ProfileAndXmpComeThroughUnchanged) {
  const Scratch scratch;
  const auto jpeg = read_file(GANVAS_PHOTOGRAPHS "/test/daisy/2408024540_37f0be7cc0_n.jpg");
  const auto marker = jpeg.find("ICC_PROFILE");
  ASSERT_NE(marker, std::string::npos);
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(jpeg[i])); };
  const size_t length = byte(marker - 2) * 256 + byte(marker - 1) - 2 - 14;
  const auto profile = jpeg.substr(marker + 14, length);
  const std::string xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";
  const auto block = std::string("http://ns.adobe.com/xap/1.0/\0", 29) + xmp;
  const auto head = std::string("\xff\xe1\0", 3) + static_cast<char>(block.size() + 2);
  write_file(scratch / "in.jpg", jpeg.substr(0, 2) + head + block + jpeg.substr(2));
  const auto image = read_image(scratch / "in.jpg");
  for (const char* name : {"out.jpg", "out.tif", "out.webp"}) {
    write_image(image, scratch / name);
    const auto out = read_file(scratch / name);
    EXPECT_TRUE(out.find(profile) != std::string::npos) << name << ": the profile is gone";
    EXPECT_TRUE(out.find(xmp) != std::string::npos) << name << ": the XMP block is gone";
  }
}

TEST(Codec, ATruncatedFileIsRefused) {
  const Scratch scratch;
  for (const char* format : {".jpg", ".png"}) {
    const auto path = scratch / (std::string("cut") + format);
    const auto bytes = encode_image(noise(64, 64, 3, 8), format);
    write_file(path, bytes.substr(0, bytes.size() * 2 / 3));
    EXPECT_TRUE(contains(error_of([&] { read_image(path); }), "cannot be read")) << format;
  }
}

TEST(Codec, AHugeHeaderIsRefusedBeforeAnythingIsDecoded) {
  const Scratch scratch;
  auto bytes = encode_image(noise(4, 4, 3, 8), ".png");
  // IHDR: width and height at bytes 16 and 20, its checksum at 29 (CRC-32 of 40000 x 40000 RGB8).
  const unsigned char header[] = {0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40};
  bytes.replace(16, 8, reinterpret_cast<const char*>(header), 8);
  uint32_t crc = 0xffffffffU;
  for (size_t i = 12; i < 29; ++i) {
    crc ^= static_cast<unsigned char>(bytes[i]);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
  }
  crc = ~crc;
  for (size_t i = 0; i < 4; ++i) bytes[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
  write_file(scratch / "huge.png", bytes);
  EXPECT_TRUE(contains(error_of([&] { read_image(scratch / "huge.png"); }), "40000 x 40000"));
}

TEST(Convert, PixelsSurviveTheWayThroughNumbers) {
  for (const int64_t bits : {8, 16}) {
    for (const int64_t channels : {1, 3}) {
      const auto image = noise(17, 9, channels, bits);
      EXPECT_EQ(to_image(to_tensor(image, channels), bits).bytes, image.bytes);
    }
  }
}

TEST(Convert, NewColorsKeepAlphaAndGrey) {
  const auto image = noise(8, 8, 4, 16);
  const auto result = with_colors(image, at::rand({3, 8, 8}) * 2 - 1);
  for (size_t i = 6; i < image.bytes.size(); i += 8) EXPECT_EQ(result.bytes[i], image.bytes[i]);
  EXPECT_EQ(with_colors(noise(8, 8, 1, 8), at::rand({3, 8, 8})).channels, 1);
}

TEST(Resize, PaddingKeepsTheImageInItsCorner) {
  const auto x = at::rand({1, 3, 5, 7});
  for (const int64_t multiple : {4, 64}) {
    const auto padded = pad_to_multiple(x, multiple, 1);
    EXPECT_EQ(padded.size(2) % multiple, 0);
    EXPECT_EQ(padded.size(3) % multiple, 0);
    EXPECT_TRUE(padded.narrow(2, 0, 5).narrow(3, 0, 7).equal(x));
  }
}

}  // namespace
}  // namespace ganvas
