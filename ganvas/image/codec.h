// Image files, by libvips: JPEG, PNG, WebP, TIFF, HEIF and what else this libvips reads safely.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "ganvas/image/image.h"

namespace ganvas {

/// More pixels than this are refused before anything is decoded: 268 megapixels.
inline constexpr int64_t kMostPixels = int64_t{1} << 28;

/// Reads a picture and turns it upright. Keeps 8 or 16 bit, grey or RGB, alpha, ICC profile, EXIF
/// and XMP; other colour spaces (CMYK, Lab) become sRGB.
///
/// Decoders that libvips calls unsafe for strangers' files are off. Threads may call this at once.
/// Throws Error naming the path if it is no image, is truncated, or has over kMostPixels pixels.
Image read_image(const std::filesystem::path& path);

/// read_image() for who will shrink it: a JPEG is decoded at a half, a quarter or an eighth of its
/// size, in a fraction of the time, where no side falls under `least_side`.
Image read_image_shrunk(const std::filesystem::path& path, int64_t least_side);

/// Writes a picture in the format that the extension names, whole or not at all, with its metadata.
///
/// A picture that was read as rotated is stored rotated again, with its orientation tag, where the
/// format has one. Alpha is dropped and 16 bit become 8 where the format cannot hold them.
/// Throws Error if the extension is unknown or the file cannot be written.
void write_image(const Image& image, const std::filesystem::path& path);

/// Makes rows [top, top + count) of a picture: count x width x channels numbers, as in Image.
using MakeRows = std::function<std::vector<uint8_t>(int64_t top, int64_t count)>;

/// Writes a picture that need not fit into memory: rows are asked for from the top, `at_once` of
/// them (fewer at the end), each once. It is stored upright. Else as write_image().
///
///   header: size, channels, bits and metadata; its bytes are not looked at
///   Throws what `make` throws, too.
void write_rows(const Image& header, int64_t at_once, const MakeRows& make,
                const std::filesystem::path& path);

/// The bytes of a file in the format of `extension` (".png"), without metadata.
std::string encode_image(const Image& image, const std::string& extension);

/// What a picture becomes as a JPEG of this quality, 1 to 100, with halved colour resolution.
Image through_jpeg(const Image& image, int64_t quality);

/// True for names that end like an image file that this library reads (".jpg", ".PNG", ...).
bool has_image_name(const std::filesystem::path& path);

}  // namespace ganvas
