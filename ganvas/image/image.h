// Pixels in memory, with what a file says beside them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ganvas {

/// What a file says beside its pixels: ICC profile, EXIF, XMP, orientation. Opaque; images share it.
class ImageMetadata;

/// An upright image. A value type; copies share only the metadata, which does not change.
struct Image {
  int64_t width = 0, height = 0;
  int64_t channels = 0;  // 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha
  int64_t bits = 8;      // 8 or 16 a channel

  /// Rows from the top, channels interleaved, 16 bit in the processor's byte order.
  std::vector<uint8_t> bytes;

  std::shared_ptr<const ImageMetadata> metadata = nullptr;  // none for images made here

  bool has_alpha() const { return channels == 2 || channels == 4; }
  int64_t colors() const { return has_alpha() ? channels - 1 : channels; }
};

struct ImageSize {
  int64_t width = 0, height = 0;
  bool operator==(const ImageSize&) const = default;
};

/// An image of zeros. Throws Error on sizes that make no image.
Image make_image(int64_t width, int64_t height, int64_t channels, int64_t bits = 8);

}  // namespace ganvas
