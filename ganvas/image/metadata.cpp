// libvips, and what it reads of a file beside the pixels.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/metadata.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

#include "ganvas/core/error.h"

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

}  // namespace

void start_vips() {
  static std::once_flag once;
  std::call_once(once, [] {
    const bool started = VIPS_INIT("ganvas") == 0;  // before its error buffer may be read
    require(started, "libvips does not start: ", vips_error_buffer());
    vips_block_untrusted_set(TRUE);
    vips_concurrency_set(1);  // the loader has its own threads
    vips_cache_set_max(0);
    // Damage that fails a read is an exception here; libvips need not also print it.
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, [](auto, auto, auto, auto) {}, nullptr);
  });
}

ImageMetadata::ImageMetadata(const VImage& source) : header_(carrier()) {
  copy_fields(source, header_);
}

void ImageMetadata::apply(VImage& image) const {
  copy_fields(header_, image);
}

std::shared_ptr<const ImageMetadata> ImageMetadata::profile() const {
  auto bare = carrier();
  if (header_.get_typeof(VIPS_META_ICC_NAME) != 0) {
    size_t count = 0;
    const void* bytes = header_.get_blob(VIPS_META_ICC_NAME, &count);
    vips_image_set_blob_copy(bare.get_image(), VIPS_META_ICC_NAME, bytes, count);
  }
  return std::make_shared<const ImageMetadata>(bare);
}

std::string ImageMetadata::xmp() const {
  if (header_.get_typeof(VIPS_META_XMP_NAME) == 0) return "";
  size_t count = 0;
  const void* bytes = header_.get_blob(VIPS_META_XMP_NAME, &count);
  return {static_cast<const char*>(bytes), count};
}

std::shared_ptr<const ImageMetadata> ImageMetadata::with_xmp(const std::string& packet) const {
  auto changed = carrier();
  apply(changed);
  vips_image_set_blob_copy(changed.get_image(), VIPS_META_XMP_NAME, packet.data(), packet.size());
  return std::make_shared<const ImageMetadata>(changed);
}

int ImageMetadata::orientation_of(const VImage& image) {
  return image.get_typeof(VIPS_META_ORIENTATION) == 0 ? 1 : image.get_int(VIPS_META_ORIENTATION);
}

}  // namespace ganvas
