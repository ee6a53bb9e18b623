// From an image of any size to a training crop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ganvas/core/image_spec.h"
#include "ganvas/core/random.h"
#include "ganvas/data/dataset.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

/// A crop, and perhaps a mirror image of it. A value: images of a pair share one, so that they
/// stay in register.
struct Crop {
  FrameSize size;
  int64_t left, top;
  bool mirrored;

  /// fitted: [C, H, W] as levels_of() gives;  returns [C, size.height, size.width] float in [-1, 1]
  Tensor operator()(const Tensor& fitted) const;
};

/// Mirrors left and right.
Tensor mirrored(const Tensor& image);

/// The size of an image scaled, in its shape, so that it just covers `least`.
FrameSize covering(FrameSize image, FrameSize least);

class Cropper;

/// Cropper::describe() of some of a set's images, whose sizes `size_of` knows; broken ones are passed over.
std::string describe_fit(const Cropper& cropper, int64_t count,
                         const std::function<FrameSize(int64_t)>& size_of);

/// Makes crops as the knobs say: an image brought to its size, jitter of place and mirroring; or, in plain view,
/// the whole frame, or the middle of what has another shape.
class Cropper {
 public:
  /// Throws UsageError if --load-size is under --size.
  Cropper(View view, const SquareConfig& config, const ImageSpec& spec);

  /// What crops are taken from, the same at each visit.
  ///   image: [C, H, W] as levels_of() gives;  returns [C, H', W'] of that type, contiguous, at least of --size
  Tensor fitted(const Tensor& image) const;

  /// Sides under this are enough for fitted(): twice its own, where the cubic kernel sees no
  /// difference.
  int64_t least_side() const;

  /// What becomes of images of these sizes, for people: "images of 640x480 are stretched to 286x286, crops of
  /// 256x256 are taken".
  std::string describe(const std::vector<FrameSize>& images) const;

  /// A crop of what fitted() gave.
  Crop draw(const Tensor& fitted, Random& random) const;

 private:
  View view_;
  FrameSize size_, load_;
  bool flip_;
  Fit fit_;
};

}  // namespace ganvas
