// What a picture file says beside its pixels that libvips does not carry. For image/*.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/image/formats.h"

namespace ganvas {

/// Notes of a file, kept from the one that was read for the one that is written.
struct FileNotes {
  std::string png_color;  // chunks gAMA, cHRM, sRGB, cICP as they are
  std::string png_text;   // chunks tEXt, zTXt, iTXt, but for XMP
  std::vector<std::string> jpeg_comments;
  bool is_exact = false;  // a lossless file of a format that can be lossy, too
  bool has_exif = false;
  bool states_resolution = false;
  int64_t frames = 1;  // of an animated PNG
};

/// The notes of a file of this format; those of a damaged file end where the damage is.
FileNotes read_notes(const std::filesystem::path& path, const ImageFormat& format);

/// Whether a file states how many pixels it has to an inch.
enum class Resolution { kStated, kUnknown };

/// Writes notes into a file that libvips has just written, and takes out what it invents where nothing is
/// known: a resolution, in EXIF too, and EXIF itself in JPEGs.
void add_notes(const std::filesystem::path& path, const ImageFormat& format, const FileNotes& notes,
               Resolution resolution);

}  // namespace ganvas
