// Kinds of image files, one row each.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/formats.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <vips/vips8>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/plain_files.h"
#include "ganvas/image/private/vips.h"

namespace ganvas {
namespace {

using Bytes = std::string_view;

bool begins_with(Bytes bytes, Bytes magic) {
  return bytes.substr(0, magic.size()) == magic;
}

bool has_at(Bytes bytes, size_t place, Bytes part) {
  return bytes.size() >= place + part.size() && bytes.substr(place, part.size()) == part;
}

/// ISO base media files name their brand behind "ftyp", and more of them further on.
bool has_brand(Bytes bytes, std::initializer_list<Bytes> brands) {
  if (!has_at(bytes, 4, "ftyp")) return false;
  for (size_t place = 8; place + 4 <= bytes.size(); place += place == 8 ? 8 : 4) {
    for (const auto brand : brands) {
      if (has_at(bytes, place, brand)) return true;
    }
  }
  return false;
}

bool begins_jpeg(Bytes b) {
  return begins_with(b, "\xff\xd8\xff");
}
bool begins_png(Bytes b) {
  return begins_with(b, "\x89PNG\r\n\x1a\n");
}
bool begins_webp(Bytes b) {
  return begins_with(b, "RIFF") && has_at(b, 8, "WEBP");
}
bool begins_tiff(Bytes b) {
  return begins_with(b, Bytes("II*\0", 4)) || begins_with(b, Bytes("MM\0*", 4)) ||
         begins_with(b, Bytes("II+\0", 4)) || begins_with(b, Bytes("MM\0+", 4));
}
bool begins_gif(Bytes b) {
  return begins_with(b, "GIF87a") || begins_with(b, "GIF89a");
}
bool begins_avif(Bytes b) {
  return has_brand(b, {"avif", "avis"});
}
bool begins_heic(Bytes b) {
  return !begins_avif(b) && has_brand(b, {"heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"});
}
bool begins_jxl(Bytes b) {
  return begins_with(b, "\xff\x0a") || begins_with(b, Bytes("\0\0\0\x0cJXL \r\n\x87\n", 12));
}
bool begins_bmp(Bytes b) {
  // The header behind the file's own begins with its size, at most 124.
  return begins_with(b, "BM") && b.size() > 17 && b[14] != 0 && b[15] == 0 && b[16] == 0;
}
bool begins_pnm(Bytes b) {
  return b.size() > 2 && b[0] == 'P' && Bytes("123456fF").find(b[1]) != Bytes::npos &&
         (std::isspace(static_cast<unsigned char>(b[2])) != 0 || b[2] == '#');
}

/// What people give instead of an image, by its first bytes or by its extension.
struct OtherKind {
  Bytes magic, extension;
  const char* what;
};

constexpr OtherKind kOtherKinds[] = {
    {"\x1f\x8b", "", "a gzip archive; unpack it first"},
    {"PK\x03\x04", "", "a ZIP archive (or an office document); unpack it first"},
    {"8BPS", "", "a Photoshop document (PSD), which is not read; save it as PNG or TIFF"},
    {"%PDF", "", "a PDF document, which is not read; save its pages as PNG"},
    {"%!PS", "", "a PostScript document, which is not read; save it as PNG"},
    {"version https://git-lfs", "", "a Git LFS pointer: the file itself was not downloaded"},
    {"<!DOCTYPE html", "", "a web page; download the image itself"},
    {"<!doctype html", "", "a web page; download the image itself"},
    {"<html", "", "a web page; download the image itself"},
    {"<svg", "", "an SVG drawing, which is not read; save it as PNG"},
    {"<?xml", ".svg", "an SVG drawing, which is not read; save it as PNG"},
    {"qoif", "", "a QOI image, which is not read; convert it to PNG"},
    {"DDS ", "", "a DDS texture, which is not read; convert it to PNG"},
    {"v/1\x01", "", "an OpenEXR image, which is not read; convert it to a 16-bit PNG or TIFF"},
    {"#?RADIANCE", "", "a Radiance HDR image, which is not read; convert it to a 16-bit PNG"},
    {"\xffO\xffQ", "", "a JPEG 2000 image, which is not read; convert it to PNG or TIFF"},
    {Bytes("\0\0\0\x0cjP  ", 8), "", "a JPEG 2000 image, which is not read; convert it to PNG"},
    {Bytes("\0\0\x01\0", 4), ".ico", "an icon (ICO), which is not read; convert it to PNG"},
    {"P7", "", "a PAM image, which is not read; convert it to PNG"},
    {"SIMPLE  =", "", "a FITS image, which is not read; convert it to a 16-bit TIFF"},
    {"\x1a\x45\xdf\xa3", "", "a video; save the frames that you want as PNG"},
    {"\x01\xda", "", "an SGI image, which is not read; convert it to PNG"},
    {Bytes("\0\0\2\0", 4), ".cur", "a mouse pointer (CUR), which is not read; convert it to PNG"},
    {"", ".dcm", "a DICOM image, which is not read; export it as a 16-bit PNG or TIFF"},
    {"", ".tga", "a TGA image, which is not read; convert it to PNG"},
    {"", ".txt", "a text"},
};

std::string first_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  require(file.good(), path.string(),
          ": cannot be read as an image: it cannot be opened: ", std::strerror(errno));
  std::string bytes(kTellingBytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

std::string lower_extension(const fs::path& name) {
  auto extension = name.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension;
}

/// What a file is that is no image that can be read.
std::string what_else(Bytes bytes, const fs::path& path) {
  if (bytes.empty()) return "the file is empty; copy or download it again";
  if (has_at(bytes, 4, "ftyp")) return "it is a video, or of an unknown kind; save frames as PNG";
  const auto extension = lower_extension(path);
  for (const auto& kind : kOtherKinds) {
    const bool is_it =
        begins_with(bytes, kind.magic) && (kind.extension.empty() || kind.extension == extension);
    if (is_it) return std::string("it is ") + kind.what;
  }
  const bool is_zero = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
  if (is_zero) return "it holds zeros; the copy or the download broke off";
  return "it begins like no kind of image that is known here; convert it to PNG, JPEG or TIFF";
}

bool has_operation(const char* name) {
  start_vips();
  const GType type = vips_type_find("VipsOperation", name);
  if (type == 0) return false;
  auto* const found = static_cast<VipsOperationClass*>(g_type_class_ref(type));
  const bool is_blocked = (found->flags & VIPS_OPERATION_BLOCKED) != 0;
  g_type_class_unref(found);
  return !is_blocked;
}

std::string written_extensions() {
  std::string names;
  for (const auto& format : image_formats()) {
    if (can_write(format)) names += (names.empty() ? "" : " ") + format.extensions[0];
  }
  return names;
}

}  // namespace

const std::vector<ImageFormat>& image_formats() {
  constexpr int64_t kAny = 10'000'000;  // libvips' own limit
  using enum Coding;
  // clang-format off
  static const std::vector<ImageFormat> rows = {
      // name, extensions, begins, loader, reader, saver, coding, 16 bits, alpha, orientation, EXIF, largest side
      {"JPEG", {".jpg", ".jpeg", ".jpe", ".jfif"}, begins_jpeg, "jpegload", nullptr, "jpegsave", kLossy, false, false, true, true, 65500},
      {"PNG", {".png"}, begins_png, "pngload", nullptr, "pngsave", kExact, true, true, false, true, kAny},
      {"WebP", {".webp"}, begins_webp, "webpload", nullptr, "webpsave", kEither, false, true, true, true, 16383},
      {"TIFF", {".tif", ".tiff"}, begins_tiff, "tiffload", nullptr, "tiffsave", kExact, true, true, true, false, kAny},
      {"GIF", {".gif"}, begins_gif, "gifload", nullptr, "gifsave", kPalette, false, true, false, false, 65535},
      {"AVIF", {".avif"}, begins_avif, "heifload", nullptr, "heifsave", kEither, false, true, false, true, 16384},
      {"HEIC", {".heic", ".heif"}, begins_heic, "heifload", nullptr, nullptr, kNotWritten, false, true, false, true, 16384},
      {"JPEG XL", {".jxl"}, begins_jxl, "jxlload", nullptr, "jxlsave", kEither, true, true, false, true, kAny},
      {"BMP", {".bmp", ".dib"}, begins_bmp, nullptr, read_bmp, nullptr, kNotWritten, false, true, false, false, kAny},
      {"PNM", {".ppm", ".pgm", ".pbm", ".pnm", ".pfm"}, begins_pnm, nullptr, read_pnm, nullptr, kNotWritten, true, false, false, false, kAny},
  };
  // clang-format on
  return rows;
}

const ImageFormat* format_named(const fs::path& name) {
  const auto extension = lower_extension(name);
  for (const auto& format : image_formats()) {
    const auto& known = format.extensions;
    if (std::find(known.begin(), known.end(), extension) != known.end()) return &format;
  }
  return nullptr;
}

namespace {

const ImageFormat* format_beginning(Bytes bytes) {
  for (const auto& format : image_formats()) {
    if (format.begins(bytes)) return &format;
  }
  return nullptr;
}

}  // namespace

bool is_other_image(const fs::path& name) {
  static const std::vector<std::string> extensions = {
      ".tga", ".psd", ".svg", ".jp2", ".j2k", ".exr", ".hdr", ".dds", ".ico", ".qoi", ".pdf",
      ".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".xcf", ".pcx"};
  return std::find(extensions.begin(), extensions.end(), lower_extension(name)) != extensions.end();
}

const ImageFormat& format_of_file(const fs::path& path) {
  const auto bytes = first_bytes(path);
  const auto* format = format_beginning(bytes);
  require(format != nullptr, path.string(),
          ": cannot be read as an image: ", format == nullptr ? what_else(bytes, path) : "");
  require(can_read(*format), path.string(), ": cannot be read as an image: it is a ", format->name,
          " image, which this libvips cannot read; convert it to PNG");
  return *format;
}

const ImageFormat* kind_of_file(const fs::path& path) {
  if (!is_file(path)) return nullptr;
  try {
    return format_beginning(first_bytes(path));
  } catch (const Error&) {  // it cannot be opened, which reading it will say
    return nullptr;
  }
}

bool can_read(const ImageFormat& format) {
  return format.loader == nullptr || has_operation(format.loader);
}

bool can_write(const ImageFormat& format) {
  return format.saver != nullptr && has_operation(format.saver);
}

const ImageFormat& writable_format(const fs::path& name) {
  const auto* format = format_named(name);
  require(format != nullptr, name.string(), ": got the extension '", lower_extension(name),
          "', which names no image format that is written; use one of ", written_extensions());
  require(can_write(*format), name.string(), ": ", format->name,
          " is read but not written; use one of ", written_extensions(), " (--format png)");
  return *format;
}

void require_fits(const ImageFormat& format, int64_t width, int64_t height, const fs::path& name) {
  require(std::max(width, height) <= format.largest_side, name.string(), ": the result has ", width,
          " x ", height, " pixels, and ", format.name, " holds at most ", format.largest_side,
          " a side; use --format png");
}

}  // namespace ganvas
