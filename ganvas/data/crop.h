// From a picture of any size to a training crop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/random.h"
#include "ganvas/core/task.h"
#include "ganvas/data/dataset.h"

namespace ganvas {

/// Resizing to a square, a crop from it, and perhaps a mirror image. A value: pictures of a pair
/// share one, so that they stay in register.
struct Crop {
  int64_t load, size, left, top;
  bool mirrored;

  /// picture: [C, H, W];  returns [C, size, size]
  Tensor operator()(const Tensor& picture) const;
};

/// Mirrors left and right.
Tensor mirrored(const Tensor& picture);

/// Makes crops as the knobs say: jitter of place and mirroring, or the whole picture.
class Cropper {
 public:
  /// Throws UsageError if --load-size is under --size.
  Cropper(View view, const DataConfig& config, const Task& task);
  Crop draw(Random& random) const;

 private:
  View view_;
  int64_t size_, load_;
  bool flip_;
};

}  // namespace ganvas
