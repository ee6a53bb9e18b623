// The size of an image, without its pixels.
// SPDX-License-Identifier: Apache-2.0
#include <vips/vips8>

#include "ganvas/core/error.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/private/metadata.h"
#include "ganvas/image/private/vips.h"

namespace ganvas {

ImageSize size_of_image(const fs::path& path) {
  start_vips();
  const auto& format = format_of_file(path);
  if (format.read != nullptr) {
    const auto image = format.read(path);
    return {image.width, image.height};
  }
  try {
    vips::VImage opened;
    vips::VImage::call(format.loader,
                       vips::VImage::option()->set("filename", path.c_str())->set("out", &opened));
    ImageSize size{opened.width(), opened.height()};
    constexpr int kFirstOnItsSide = 5;  // of EXIF's orientations
    if (ImageMetadata::orientation_of(opened) >= kFirstOnItsSide)
      std::swap(size.width, size.height);
    return size;
  } catch (const vips::VError&) {
    vips_error_clear();  // else it is told with the next file's
    throw Error(c10::str(path.string(), ": the ", format.name, " has no header that can be read"));
  }
}

}  // namespace ganvas
