// What images look like.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/core/config.h"

namespace ganvas {

/// Which way an image goes: from domain a to domain b, or back.
enum class Direction { kAtoB, kBtoA };

constexpr Direction opposite(Direction direction) {
  return direction == Direction::kAtoB ? Direction::kBtoA : Direction::kAtoB;
}

/// One of two sets of images. What knows a single one calls it a.
enum class Domain { kA, kB };

/// Where a direction begins.
constexpr Domain source_of(Direction direction) {
  return direction == Direction::kAtoB ? Domain::kA : Domain::kB;
}

/// What images look like: enough for a method to choose networks that fit them.
struct ImageSpec {
  FrameSize size = 256;
  int64_t channels_a = 3;
  int64_t channels_b = 3;
  int64_t scale = 1;
  std::string class_names = {};  // "daisy,roses": classes 0, 1, ... of the images; empty: none

  template <typename Visitor>
  void visit(Visitor& v) {
    v("size", size, "side of the training crops, pixels, or WIDTHxHEIGHT", Range{1, 4096});
    v("channels-a", channels_a, "channels of the input, set by the data", Range{1, 64});
    v("channels-b", channels_b, "channels of the output, set by the data", Range{1, 64});
    v("scale", scale, "how many times larger the result is: 2, 3, 4 or 8 in super-resolution",
      Range{1, 8});
    v("class-names", class_names, "names of the classes, with commas, set by the data");
  }

  /// class_names, one by one.
  std::vector<std::string> classes() const { return split_at_commas(class_names); }

  /// The side of squares. Throws UsageError on rectangles.
  int64_t side() const {
    require_usage(size.is_square(), "--size: got ", knob_text(size),
                  ", expected a square's side for this method; pix2pix, regress, cyclegan, cut and "
                  "unit take rectangles");
    return size.width;
  }

  /// The same of the way back.
  ImageSpec reversed() const { return {size, channels_b, channels_a, /*scale=*/1, class_names}; }

  int64_t channels_in(Direction direction) const {
    return direction == Direction::kAtoB ? channels_a : channels_b;
  }
};

}  // namespace ganvas
