// Images in memory.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/image.h"

#include "ganvas/core/error.h"

namespace ganvas {

Image make_image(int64_t width, int64_t height, int64_t channels, int64_t bits) {
  require(width > 0 && height > 0 && channels >= 1 && channels <= 4 && (bits == 8 || bits == 16),
          "image: got ", width, " x ", height, " with ", channels, " channels of ", bits,
          " bits, expected 1 to 4 channels of 8 or 16 bits");
  Image image{width, height, channels, bits, {}};
  image.bytes.resize(static_cast<size_t>(width * height * channels * (bits / 8)));
  return image;
}

}  // namespace ganvas
