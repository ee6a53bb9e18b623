// What an image file says beside its pixels that libvips does not carry.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/image/formats.h"
#include "ganvas/image/private/tiff_directory.h"

namespace ganvas {

/// Notes of a file, kept from the one that was read for the one that is written.
struct FileNotes {
  std::string png_color;  // chunks gAMA, cHRM, sRGB, cICP as they are
  std::string png_text;   // chunks tEXt, zTXt, iTXt, but for XMP
  std::vector<std::string> jpeg_comments;
  bool is_exact = false;  // a lossless file of a format that can be lossy, too
  bool has_exif = false;
  bool states_resolution = false;
  TiffTexts texts;        // of a TIFF's directory, or EXIF's
  std::string exif, xmp;  // packets of a JPEG XL
  int64_t frames = 1;     // of an animated PNG
};

/// The notes of a file of this format; those of a damaged file end where the damage is.
FileNotes read_notes(const std::filesystem::path& path, const ImageFormat& format);

/// Whether a file states how many pixels it has to an inch.
enum class Resolution { kStated, kUnknown };

}  // namespace ganvas
