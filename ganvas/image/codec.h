// Image files: the kinds of image/formats, most of them by libvips.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "ganvas/core/files.h"
#include "ganvas/image/formats.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// More pixels than this are refused before anything is decoded: 268 megapixels.
inline constexpr int64_t kMostPixels = int64_t{1} << 28;

/// Reads an image and turns it upright. Its kind is told by its first bytes, never by its name.
/// Keeps 8 or 16 bit, grey or RGB, alpha, ICC profile, EXIF, XMP, resolution and comments; other
/// colour spaces (CMYK, Lab) become sRGB.
///
/// Threads may call this at once. Throws Error naming the path if it is no image of a kind that is
/// read, is truncated, has several frames or pages, numbers of other than 8 or 16 bits, or over
/// kMostPixels pixels.
Image read_image(const std::filesystem::path& path);

/// The size of an image as read_image() would give it, by its header alone.
///   Throws Error if it is no image.
ImageSize size_of_image(const std::filesystem::path& path);

/// read_image() for who will shrink it: a JPEG is decoded at a half, a quarter or an eighth of its
/// size, in a fraction of the time, where no side falls under `least_side`.
Image read_image_shrunk(const std::filesystem::path& path, int64_t least_side);

/// How an image is put into a file.
struct WriteOptions {
  std::optional<int64_t> quality;  // of formats that lose something, 1 to 100; else kDefaultQuality
  /// Of formats that may lose something or not; else as the image's file was.
  std::optional<bool> lossless;
  std::array<double, 3> background = {255, 255, 255};  // under alpha, where the format has none
};

inline constexpr int64_t kDefaultQuality = 95;

/// Writes an image in the format that the extension names, whole or not at all, with its metadata.
///
/// An image that was read as rotated is stored rotated again, with its orientation tag, where the
/// format has one. Where the format cannot hold them, alpha is laid on the background and 16 bit
/// become 8. Throws Error if the format is not written, is too small, or the file cannot be written.
void write_image(const Image& image, const std::filesystem::path& path,
                 const WriteOptions& options = {});

/// Makes rows [top, top + count) of an image: count x width x channels numbers, as in Image.
using MakeRows = std::function<std::vector<uint8_t>(int64_t top, int64_t count)>;

struct RowsOptions {
  WriteOptions file;
  std::optional<ImageSize> size;  // what the rows are reduced to (Lanczos) on their way
};

/// Writes an image that need not fit into memory: rows are asked for from the top, `at_once` of
/// them (fewer at the end), each once. It is stored upright. Else as write_image().
///
///   header: size, channels, bits and metadata; its bytes are not looked at
///   Throws what `make` throws, too.
void write_rows(const Image& header, int64_t at_once, const MakeRows& make,
                const std::filesystem::path& path, const RowsOptions& options = {});

/// True if this libvips brings every pixel back where it is asked for that: tried out once, since for AVIF
/// it depends on the version.
bool writes_exactly(const ImageFormat& format);

/// The bytes of a file in the format of `extension` (".png"), without metadata.
std::string encode_image(const Image& image, const std::string& extension);

/// What an image becomes as a JPEG of this quality, 1 to 100, with halved colour resolution.
Image through_jpeg(const Image& image, int64_t quality);

/// True for names that end like an image file that this library reads (".jpg", ".PNG", ...).
bool has_image_name(const std::filesystem::path& path);

}  // namespace ganvas
