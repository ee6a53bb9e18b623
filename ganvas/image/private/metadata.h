// What libvips reads of a file beside the pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <vips/vips8>

#include "ganvas/image/image.h"
#include "ganvas/image/private/file_notes.h"

namespace ganvas {

/// How an image lies in its file: turned as its tag says, or upright.
enum class Lie { kAsTagged, kUpright };

class ImageMetadata {
 public:
  /// What libvips read of a file, and what it did not.
  explicit ImageMetadata(const vips::VImage& source, FileNotes notes = {});

  /// Puts it on an image that is about to be written: profile if it is of the image's colours,
  /// EXIF, XMP with the image's own size, resolution.
  void apply(vips::VImage& image, Lie lie) const;
  int orientation() const { return orientation_of(header_); }
  const FileNotes& notes() const { return notes_; }
  Resolution resolution() const;

  /// What belongs to the colours alone: profile, gamma.
  std::shared_ptr<const ImageMetadata> colors_only() const;
  /// The same without a profile, which does not fit pixels that were brought into sRGB.
  std::shared_ptr<const ImageMetadata> without_profile() const;

  /// The EXIF packet, a TIFF, as the file had it but for a thumbnail; empty if there is none.
  std::string exif() const;

  /// The same for a result: where the file had none, a packet of what it said in words.
  std::string exif_for_results() const;

  /// The XMP packet, empty if there is none, and the same metadata with another.
  std::string xmp() const { return xmp_of(header_); }
  static std::string xmp_of(const vips::VImage& image);
  std::shared_ptr<const ImageMetadata> with_xmp(const std::string& packet) const;

  /// EXIF's orientation, 1 to 8; 1 where a file says nothing.
  static int orientation_of(const vips::VImage& image);

 private:
  vips::VImage header_;  // one pixel that carries the fields
  FileNotes notes_;
};

}  // namespace ganvas
