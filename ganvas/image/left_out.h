// What formats cannot hold.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/formats.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// What a file cannot keep of an image.
struct LeftOut {
  bool alpha = false;         // it is laid on a background
  bool sixteen_bits = false;  // 8 are left
  bool colors = false;        // 256 are left
  bool exif = false;          // but for what it says in words
  bool exactness = false;     // of a lossless file of a format that this libvips writes with a loss
};

LeftOut left_out_of(const ImageFormat& format, const Image& image);

}  // namespace ganvas
