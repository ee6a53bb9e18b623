// Kinds of image files, one row each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ganvas/image/image.h"

namespace ganvas {

/// How a kind of file keeps pixels when it is written.
enum class Coding {
  kNotWritten,  // it is only read
  kExact,       // every pixel comes back
  kLossy,       // at a quality from 1 to 100
  kEither,      // lossy, or exact if asked for
  kPalette,     // at most 256 colours
};

/// A kind of image file.
struct ImageFormat {
  std::string name;                             // "JPEG"
  std::vector<std::string> extensions;          // ".jpg", the one for new files, first
  bool (*begins)(std::string_view);             // whether a file that begins so is of this kind
  const char* loader;                           // libvips' operation, or null
  Image (*read)(const std::filesystem::path&);  // where it is not libvips that reads
  const char* saver;                            // libvips' operation
  Coding coding;
  bool holds_16_bits, holds_alpha, holds_orientation;
  bool holds_exif;       // all of it; a TIFF has what it says in words
  int64_t largest_side;  // pixels
};

/// How many of a file's first bytes its kind is told from.
inline constexpr size_t kTellingBytes = 64;

/// Every kind that is read.
const std::vector<ImageFormat>& image_formats();

/// The kind that an extension (".JPG") names; null if none.
const ImageFormat* format_named(const std::filesystem::path& name);

/// True for names of images of kinds that are not read (".tga", ".psd", ".cr2", ...).
bool is_other_image(const std::filesystem::path& name);

/// The kind of a file by its first bytes, never by its name.
///   Throws Error with what the file is instead and what to do (a TGA, an archive, a web page, an
///   empty file, ...), or that this libvips cannot read the kind.
const ImageFormat& format_of_file(const std::filesystem::path& path);

/// The same, or null for what is no image that can be read.
const ImageFormat* kind_of_file(const std::filesystem::path& path);

/// True if this libvips can read the kind, or write it.
bool can_read(const ImageFormat& format);
bool can_write(const ImageFormat& format);

/// The format behind a result's extension.
///   Throws Error if no image can be written under that name, naming those that can.
const ImageFormat& writable_format(const std::filesystem::path& name);

/// Throws Error, naming the way out, if an image of this size does not fit into the format.
void require_fits(const ImageFormat& format, int64_t width, int64_t height,
                  const std::filesystem::path& name);

}  // namespace ganvas
