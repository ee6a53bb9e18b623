// What the pictures of a task look like.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"

namespace ganvas {

/// Which way a picture goes: from domain a to domain b, or back.
enum class Direction { kAtoB, kBtoA };

constexpr Direction opposite(Direction direction) {
  return direction == Direction::kAtoB ? Direction::kBtoA : Direction::kAtoB;
}

/// What a method learns from: pictures that belong together, or two sets that need not.
enum class Needs { kPairs, kDomains };

/// What the pictures of a task look like: enough for a method to choose networks that fit them.
struct Task {
  int64_t size = 256;
  int64_t channels_a = 3;
  int64_t channels_b = 3;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("size", size, "side of the square training crops, pixels", Range{16, 4096});
    v("channels-a", channels_a, "channels of the input, set by the data", Range{1, 64});
    v("channels-b", channels_b, "channels of the output, set by the data", Range{1, 64});
  }

  /// The task of the way back.
  Task reversed() const { return {size, channels_b, channels_a}; }

  int64_t channels_in(Direction direction) const {
    return direction == Direction::kAtoB ? channels_a : channels_b;
  }
};

}  // namespace ganvas
