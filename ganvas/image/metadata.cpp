// libvips, and what it reads of a file beside the pixels.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/metadata.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "ganvas/core/error.h"
#include "ganvas/image/private/tiff_directory.h"

namespace ganvas {
namespace {

using vips::VImage;

std::string blob_of(const VImage& image, const char* name) {
  if (image.get_typeof(name) == 0) return "";
  size_t count = 0;
  const void* bytes = image.get_blob(name, &count);
  return {static_cast<const char*>(bytes), count};
}

void set_blob(VImage& image, const char* name, const std::string& bytes) {
  vips_image_set_blob_copy(image.get_image(), name, bytes.data(), bytes.size());
}

void* copy_field(VipsImage*, const char* name, GValue* value, void* to) {
  const std::array<const char*, 4> kinds = {"exif-", "icc-profile-data", "xmp-data", "iptc-data"};
  const bool kept = std::strcmp(name, VIPS_META_ORIENTATION) == 0 ||
                    std::any_of(kinds.begin(), kinds.end(), [&](const char* kind) {
                      return std::strncmp(name, kind, strlen(kind)) == 0;
                    });
  if (!kept || std::strncmp(name, "exif-ifd1-", 10) == 0) return nullptr;  // of the thumbnail
  if (G_VALUE_TYPE(value) == VIPS_TYPE_BLOB) {
    // The loader of HEIC and AVIF gives bytes that die with its own image.
    size_t count = 0;
    const void* bytes = vips_value_get_blob(value, &count);
    vips_image_set_blob_copy(static_cast<VipsImage*>(to), name, bytes, count);
  } else {
    vips_image_set(static_cast<VipsImage*>(to), name, value);
  }
  return nullptr;
}

void copy_fields(const VImage& from, VImage& to) {
  vips_image_map(from.get_image(), &copy_field, to.get_image());
}

VImage carrier() {
  return VImage::black(1, 1).copy();
}

// Pixels a millimetre that EXIF lets stand for an unknown resolution.
constexpr double kUnknown = 72 / 25.4;

/// The colour space that a profile says it is for: "RGB ", "GRAY", "CMYK".
std::string space_of_profile(const VImage& image) {
  const auto profile = blob_of(image, VIPS_META_ICC_NAME);
  return profile.size() < 20 ? "" : profile.substr(16, 4);
}

/// Takes texts that are no UTF-8 for Latin-1. Returns true if there were some.
bool make_utf8(TiffTexts& texts) {
  bool is_changed = false;
  for (auto& [tag, text] : texts) {
    if (g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) != 0) continue;
    std::string read;
    for (const unsigned char c : text) {
      if (c >= 0x80) read += static_cast<char>(0xc0 | c >> 6);
      read += static_cast<char>(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
    }
    text = read;
    is_changed = true;
  }
  return is_changed;
}

void drop(VImage& image, const char* field) {
  vips_image_remove(image.get_image(), field);
}

/// Puts a number in the place of every number that stands behind `name`, as an attribute or as an
/// element. (Not by std::regex, whose recursion a long packet would overflow.)
void set_number(std::string& packet, const std::string& name, int64_t number) {
  const std::string between = " \t\r\n=>\"'";
  for (size_t at = packet.find(name); at != std::string::npos; at = packet.find(name, at)) {
    at += name.size();
    const size_t first = packet.find_first_not_of(between, at);
    if (first == at || first == std::string::npos) continue;
    const size_t end = std::min(packet.find_first_not_of("0123456789", first), packet.size());
    if (end > first) packet.replace(first, end - first, std::to_string(number));
  }
}

/// A packet that says of the image what it is now: its size, and that it lies as it is stored, unless
/// it has an orientation.
std::string brought_up_to_date(std::string packet, const VImage& image) {
  set_number(packet, "tiff:ImageWidth", image.width());
  set_number(packet, "tiff:ImageLength", image.height());
  set_number(packet, "exif:PixelXDimension", image.width());
  set_number(packet, "exif:PixelYDimension", image.height());
  set_number(packet, "tiff:Orientation", ImageMetadata::orientation_of(image));
  return packet;
}

}  // namespace

ImageMetadata::ImageMetadata(const VImage& source, FileNotes notes)
    : header_(
          carrier().copy(VImage::option()->set("xres", source.xres())->set("yres", source.yres()))),
      notes_(std::move(notes)) {
  copy_fields(source, header_);
  make_utf8(notes_.texts);
  if (!notes_.xmp.empty()) set_blob(header_, VIPS_META_XMP_NAME, notes_.xmp);
  auto exif = notes_.exif.empty() ? blob_of(source, VIPS_META_EXIF_NAME) : notes_.exif;
  notes_.has_exif = !exif.empty();
  if (exif.empty()) return;
  const auto begin = begin_of_exif(exif);
  auto packet = without_thumbnail(exif.substr(begin));
  // By the packet itself: libvips' fields of it are filled up with what the standard asks for.
  notes_.states_resolution |= states_resolution(packet);
  auto texts = texts_of(packet);
  // Where they are no UTF-8 libvips writes a note of its own in their place.
  if (make_utf8(texts)) packet = with_texts(packet, texts);
  notes_.texts.merge(texts);
  set_blob(header_, VIPS_META_EXIF_NAME, exif.substr(0, begin) + packet);
}

Resolution ImageMetadata::resolution() const {
  return notes_.states_resolution ? Resolution::kStated : Resolution::kUnknown;
}

void ImageMetadata::apply(VImage& image, Lie lie) const {
  image = image.copy();  // whose fields are its own
  copy_fields(header_, image);
  const bool is_known = resolution() == Resolution::kStated;  // EXIF brought one with it
  const double across = is_known ? header_.xres() : kUnknown;
  const double down = is_known ? header_.yres() : kUnknown;
  const bool is_turned = lie == Lie::kUpright && orientation() >= 5;  // by a quarter
  image = image.copy(VImage::option()
                         ->set("xres", is_turned ? down : across)
                         ->set("yres", is_turned ? across : down));
  if (const auto packet = exif_for_results(); !notes_.has_exif && !packet.empty()) {
    set_blob(image, VIPS_META_EXIF_NAME, std::string("Exif\0\0", 6) + packet);
  }
  if (lie == Lie::kUpright) drop(image, VIPS_META_ORIENTATION);
  // EXIF's own are brought up to date by libvips, but for the first directory's.
  for (const auto* size : {"exif-ifd0-ImageWidth", "exif-ifd0-ImageLength"}) drop(image, size);
  const auto* colors = image.bands() < 3 ? "GRAY" : "RGB ";
  const bool has_profile = image.get_typeof(VIPS_META_ICC_NAME) != 0;
  if (has_profile && space_of_profile(image) != colors) drop(image, VIPS_META_ICC_NAME);
  if (const auto packet = xmp(); !packet.empty())
    set_blob(image, VIPS_META_XMP_NAME, brought_up_to_date(packet, image));
}

std::shared_ptr<const ImageMetadata> ImageMetadata::colors_only() const {
  auto bare = carrier();
  const auto profile = blob_of(header_, VIPS_META_ICC_NAME);
  if (!profile.empty()) set_blob(bare, VIPS_META_ICC_NAME, profile);
  FileNotes notes;
  notes.png_color = notes_.png_color;
  notes.is_exact = notes_.is_exact;
  return std::make_shared<const ImageMetadata>(bare, notes);
}

std::shared_ptr<const ImageMetadata> ImageMetadata::without_profile() const {
  auto changed = *this;
  changed.header_ = header_.copy();
  drop(changed.header_, VIPS_META_ICC_NAME);
  return std::make_shared<const ImageMetadata>(std::move(changed));
}

std::string ImageMetadata::exif_for_results() const {
  if (notes_.has_exif) return exif();
  return notes_.texts.empty() ? "" : exif_of(notes_.texts);  // of a TIFF, whose own is no EXIF
}

std::string ImageMetadata::xmp_of(const VImage& image) {
  return blob_of(image, VIPS_META_XMP_NAME);
}

std::string ImageMetadata::exif() const {
  const auto packet = blob_of(header_, VIPS_META_EXIF_NAME);
  return packet.substr(begin_of_exif(packet));
}

std::shared_ptr<const ImageMetadata> ImageMetadata::with_xmp(const std::string& packet) const {
  auto changed = *this;
  changed.header_ = header_.copy();
  set_blob(changed.header_, VIPS_META_XMP_NAME, packet);
  return std::make_shared<const ImageMetadata>(std::move(changed));
}

int ImageMetadata::orientation_of(const VImage& image) {
  return image.get_typeof(VIPS_META_ORIENTATION) == 0 ? 1 : image.get_int(VIPS_META_ORIENTATION);
}

}  // namespace ganvas
