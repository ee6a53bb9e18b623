// Images as squares to crop, kept from epoch to epoch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/crop.h"
#include "ganvas/data/image_set.h"
#include "ganvas/data/sample_cache.h"

namespace ganvas {

/// The images of a set, resized to squares, and crops of them. Threads may share one.
class Squares {
 public:
  Squares(std::unique_ptr<ImageSet> images, View view, const SquareConfig& config,
          const ImageSpec& spec);

  int64_t size() const { return images_->size(); }

  std::string mark() const { return images_->mark(); }

  /// Cropper::describe() of some of them.
  std::string fitting() const {
    return describe_fit(cropper_, size(), [&](int64_t i) { return images_->frame_size(i); });
  }

  /// Image i, cropped: its pixels are [C, size, size] float in [-1, 1].
  ///   Throws Error if its file is broken.
  DomainImage draw(int64_t i, Random& random) const;

 private:
  std::unique_ptr<ImageSet> images_;
  Cropper cropper_;
  mutable SampleCache<DomainImage> kept_;
};

}  // namespace ganvas
