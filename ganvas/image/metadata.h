// libvips, and what it reads of a file beside the pixels. Heavy: for image/*.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <vips/vips8>

#include "ganvas/image/image.h"

namespace ganvas {

/// Starts libvips, once, with the decoders off that it calls unsafe.
void start_vips();

class ImageMetadata {
 public:
  explicit ImageMetadata(const vips::VImage& source);

  void apply(vips::VImage& image) const;
  int orientation() const { return orientation_of(header_); }

  /// The colour profile alone.
  std::shared_ptr<const ImageMetadata> profile() const;

  /// The XMP packet, empty if there is none, and the same metadata with another.
  std::string xmp() const;
  std::shared_ptr<const ImageMetadata> with_xmp(const std::string& packet) const;

  /// EXIF's orientation, 1 to 8; 1 where a file says nothing.
  static int orientation_of(const vips::VImage& image);

 private:
  vips::VImage header_;  // one pixel that carries the fields
};

}  // namespace ganvas
