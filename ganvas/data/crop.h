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

  /// fitted: [C, H, W] uint8;  returns [C, size, size] float in [-1, 1]
  Tensor operator()(const Tensor& fitted) const;
};

/// Mirrors left and right.
Tensor mirrored(const Tensor& image);

/// Makes crops as the knobs say: an image brought to its size, jitter of place and mirroring; or, in plain view,
/// the whole square, or the middle of what is none.
class Cropper {
 public:
  /// Throws UsageError if --load-size is under --size.
  Cropper(View view, const SquareConfig& config, const ImageSpec& spec);

  /// What crops are taken from, the same at each visit.
  ///   image: [C, H, W] uint8;  returns [C, H', W'] uint8, contiguous, its sides --size at least
  Tensor fitted(const Tensor& image) const;

  /// Sides under this are enough for fitted(): twice its own, where the cubic kernel sees no
  /// difference.
  int64_t least_side() const;

  /// A crop of what fitted() gave.
  Crop draw(const Tensor& fitted, Random& random) const;

 private:
  View view_;
  int64_t size_, load_;
  bool flip_;
  Fit fit_;
};

}  // namespace ganvas
