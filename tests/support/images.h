// Images that tests make.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {

/// An image whose every byte, alpha's too, depends on its place.
inline Image noise_image(int64_t width, int64_t height, int64_t channels, int64_t bits) {
  auto image = make_image(width, height, channels, bits);
  for (size_t i = 0; i < image.bytes.size(); ++i) {
    image.bytes[i] = static_cast<uint8_t>(i * 2654435761U >> 24);
  }
  return image;
}

/// A small folder of side-by-side pairs: right is the negative of left.
inline void write_pairs(const std::filesystem::path& folder, int64_t count, int64_t side) {
  std::filesystem::create_directories(folder);
  for (int64_t n = 0; n < count; ++n) {
    auto image = make_image(2 * side, side, 3);
    for (int64_t y = 0; y < side; ++y) {
      for (int64_t x = 0; x < side; ++x) {
        for (int64_t c = 0; c < 3; ++c) {
          const auto value = static_cast<uint8_t>((x * 7 + y * (5 + c) + n * 31) % 256);
          image.bytes[static_cast<size_t>((y * 2 * side + x) * 3 + c)] = value;
          image.bytes[static_cast<size_t>((y * 2 * side + side + x) * 3 + c)] = 255 - value;
        }
      }
    }
    write_image(image, folder / (std::to_string(n) + ".png"));
  }
}

}  // namespace ganvas
