// From an image of any size to a training crop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/image_spec.h"
#include "ganvas/core/random.h"
#include "ganvas/data/dataset.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

/// A crop, and perhaps a mirror image of it. A value: images of a pair share one, so that they
/// stay in register.
struct Crop {
  int64_t size, left, top;
  bool mirrored;

  /// square: [C, load, load] uint8;  returns [C, size, size] float in [-1, 1]
  Tensor operator()(const Tensor& square) const;
};

/// Mirrors left and right.
Tensor mirrored(const Tensor& image);

/// Makes crops as the knobs say: an image, or its middle, resized to a square, jitter of place and
/// mirroring; or the whole square.
class Cropper {
 public:
  /// Throws UsageError if --load-size is under --size.
  Cropper(View view, const SquareConfig& config, const ImageSpec& spec);

  /// The square that crops are taken from, the same at each visit.
  ///   image: [C, H, W] uint8;  returns [C, load, load] uint8, contiguous
  Tensor square(const Tensor& image) const;

  /// Sides under this are enough for square(): twice its own, where the cubic kernel sees no
  /// difference.
  int64_t least_side() const { return 2 * load_; }

  Crop draw(Random& random) const;

 private:
  View view_;
  int64_t size_, load_;
  bool flip_, takes_middle_;
};

}  // namespace ganvas
