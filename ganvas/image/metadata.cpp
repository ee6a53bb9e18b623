// libvips, and what it reads of a file beside the pixels.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/metadata.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <mutex>

#include "ganvas/core/error.h"
#include "ganvas/image/tiff_directory.h"

namespace ganvas {
namespace {

using vips::VImage;

void* copy_field(VipsImage*, const char* name, GValue* value, void* to) {
  const std::array<const char*, 4> kinds = {"exif-", "icc-profile-data", "xmp-data", "iptc-data"};
  const bool kept = std::strcmp(name, VIPS_META_ORIENTATION) == 0 ||
                    std::any_of(kinds.begin(), kinds.end(), [&](const char* kind) {
                      return std::strncmp(name, kind, strlen(kind)) == 0;
                    });
  if (kept) vips_image_set(static_cast<VipsImage*>(to), name, value);
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
  size_t count = 0;
  const auto* bytes = static_cast<const char*>(image.get_blob(VIPS_META_ICC_NAME, &count));
  return count < 20 ? "" : std::string(bytes + 16, 4);
}

/// By the packet itself: libvips' fields of it are filled up with what the standard asks for.
bool exif_states_resolution(const VImage& image) {
  size_t count = 0;
  const auto* bytes = static_cast<const char*>(image.get_blob(VIPS_META_EXIF_NAME, &count));
  const std::string packet(bytes, count);
  const auto begin = packet.rfind("Exif", 0) == 0 ? std::min<size_t>(6, count) : 0;
  const auto directory = first_directory([&](uint64_t place, size_t size) {
    return begin + place < count ? packet.substr(begin + place, size) : "";
  });
  return directory && states_resolution(*directory);
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

/// A packet that says of the picture what it is now: its size, and that it lies as it is stored, unless
/// it has an orientation.
std::string brought_up_to_date(std::string packet, const VImage& image) {
  set_number(packet, "tiff:ImageWidth", image.width());
  set_number(packet, "tiff:ImageLength", image.height());
  set_number(packet, "exif:PixelXDimension", image.width());
  set_number(packet, "exif:PixelYDimension", image.height());
  set_number(packet, "tiff:Orientation", ImageMetadata::orientation_of(image));
  return packet;
}

void set_xmp(VImage& image, const std::string& packet) {
  vips_image_set_blob_copy(image.get_image(), VIPS_META_XMP_NAME, packet.data(), packet.size());
}

}  // namespace

void start_vips() {
  static std::once_flag once;
  std::call_once(once, [] {
    const bool started = VIPS_INIT("ganvas") == 0;  // before its error buffer may be read
    require(started, "libvips does not start: ", vips_error_buffer());
    vips_block_untrusted_set(TRUE);
    // Only files that begin as JPEG XL get there; its library is fuzzed as the others' are.
    vips_operation_block_set("VipsForeignLoadJxl", FALSE);
    vips_operation_block_set("VipsForeignSaveJxl", FALSE);
    vips_concurrency_set(1);  // the loader has its own threads
    vips_cache_set_max(0);
    // Damage that fails a read is an exception here; libvips need not also print it.
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, [](auto, auto, auto, auto) {}, nullptr);
  });
}

ImageMetadata::ImageMetadata(const VImage& source, FileNotes notes)
    : header_(
          carrier().copy(VImage::option()->set("xres", source.xres())->set("yres", source.yres()))),
      notes_(std::move(notes)) {
  copy_fields(source, header_);
  notes_.has_exif = source.get_typeof(VIPS_META_EXIF_NAME) != 0;
  if (notes_.has_exif) notes_.states_resolution |= exif_states_resolution(source);
}

Resolution ImageMetadata::resolution() const {
  return notes_.states_resolution ? Resolution::kStated : Resolution::kUnknown;
}

void ImageMetadata::apply(VImage& image, Lie lie) const {
  const bool is_known = resolution() == Resolution::kStated;
  image = image.copy(VImage::option()
                         ->set("xres", is_known ? header_.xres() : kUnknown)
                         ->set("yres", is_known ? header_.yres() : kUnknown));
  copy_fields(header_, image);
  if (lie == Lie::kUpright) drop(image, VIPS_META_ORIENTATION);
  // EXIF's own are brought up to date by libvips, but for the first directory's.
  for (const auto* size : {"exif-ifd0-ImageWidth", "exif-ifd0-ImageLength"}) drop(image, size);
  const auto* colors = image.bands() < 3 ? "GRAY" : "RGB ";
  const bool has_profile = image.get_typeof(VIPS_META_ICC_NAME) != 0;
  if (has_profile && space_of_profile(image) != colors) drop(image, VIPS_META_ICC_NAME);
  if (const auto packet = xmp(); !packet.empty()) set_xmp(image, brought_up_to_date(packet, image));
}

std::shared_ptr<const ImageMetadata> ImageMetadata::colors_only() const {
  auto bare = carrier();
  if (header_.get_typeof(VIPS_META_ICC_NAME) != 0) {
    size_t count = 0;
    const void* bytes = header_.get_blob(VIPS_META_ICC_NAME, &count);
    vips_image_set_blob_copy(bare.get_image(), VIPS_META_ICC_NAME, bytes, count);
  }
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

std::string ImageMetadata::xmp() const {
  if (header_.get_typeof(VIPS_META_XMP_NAME) == 0) return "";
  size_t count = 0;
  const void* bytes = header_.get_blob(VIPS_META_XMP_NAME, &count);
  return {static_cast<const char*>(bytes), count};
}

std::shared_ptr<const ImageMetadata> ImageMetadata::with_xmp(const std::string& packet) const {
  auto changed = *this;
  changed.header_ = header_.copy();
  set_xmp(changed.header_, packet);
  return std::make_shared<const ImageMetadata>(std::move(changed));
}

int ImageMetadata::orientation_of(const VImage& image) {
  return image.get_typeof(VIPS_META_ORIENTATION) == 0 ? 1 : image.get_int(VIPS_META_ORIENTATION);
}

}  // namespace ganvas
