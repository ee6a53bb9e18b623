// How images are read and cropped: knobs that several kinds of data have.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"

namespace ganvas {

enum class Color { kAuto, kGrey, kRgb };

struct ReadConfig {
  Color color = Color::kAuto;
  bool flip = true;
  int64_t cache = 1024;

  int64_t cache_bytes() const { return cache << 20; }

  template <typename Visitor>
  void visit(Visitor& v) {
    v("color", color, "channels of the images; auto is grey for IDX files, RGB for others",
      Choices{"auto", "grey", "rgb"});
    v("flip", flip, "mirror half of the training images; of super-resolution turn them too");
    v("cache", cache,
      "MB of memory for decoded images, of each side, so that later epochs need not read them",
      Range{0, 1 << 20});
  }
};

/// How an image comes to the size that squares are cropped from: stretched to a square, its middle as a
/// square, its shorter side scaled, or as it is.
enum class Fit { kResize, kMiddle, kScale, kCrop };

/// Of images that become squares, of which crops are taken.
struct SquareConfig {
  ReadConfig read;
  Fit fit = Fit::kResize;
  int64_t load_size = 0;

  template <typename Visitor>
  void visit(Visitor& v) {
    read.visit(v);
    v("fit", fit,
      "how images come to --load-size before the random crop: stretched to it, as in the papers of "
      "translation; their middle, in its shape; scaled, in their own shape; or crop takes them in "
      "their own size",
      Choices{"resize", "middle", "scale", "crop"});
    v("load-size", load_size,
      "shorter side that images are resized to before the random crop; 0 takes 286/256 of --size",
      Range{0, 8192});
  }
};

}  // namespace ganvas
