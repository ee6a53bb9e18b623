// Image files, by libvips: JPEG, PNG, WebP, TIFF, HEIF and what else this libvips reads safely.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
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

/// Writes a picture in the format that the extension names, whole or not at all, with its metadata.
///
/// A picture that was read as rotated is stored rotated again, with its orientation tag, where the
/// format has one. Alpha is dropped and 16 bit become 8 where the format cannot hold them.
/// Throws Error if the extension is unknown or the file cannot be written.
void write_image(const Image& image, const std::filesystem::path& path);

/// The bytes of a file in the format of `extension` (".png"), without metadata.
std::string encode_image(const Image& image, const std::string& extension);

/// True for names that end like an image file that this library reads (".jpg", ".PNG", ...).
bool has_image_name(const std::filesystem::path& path);

}  // namespace ganvas
