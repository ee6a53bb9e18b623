// What is put into a file of an image that libvips has written, and taken out of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/private/file_notes.h"

namespace ganvas {

/// What belongs beside the pixels of a file that is written.
struct Beside {
  FileNotes notes;
  Resolution resolution = Resolution::kUnknown;
  std::string exif, xmp;  // packets
  int64_t width = 0, height = 0;
};

/// Writes into a file that libvips has just written what libvips does not, as JPEG XL's EXIF and XMP, and
/// takes out what it invents where nothing is known: a resolution, in EXIF too, and EXIF itself in JPEGs.
void add_notes(const std::filesystem::path& path, const ImageFormat& format, const Beside& beside);

}  // namespace ganvas
