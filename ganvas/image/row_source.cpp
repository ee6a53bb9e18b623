// Images of this library as libvips sees them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/private/row_source.h"

namespace ganvas {

using vips::VImage;

VipsInterpretation interpretation_of(const Image& image) {
  const bool grey = image.colors() == 1;
  if (image.bits == 16) return grey ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_RGB16;
  return grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
}

VImage view_of(const Image& image) {
  const auto format = image.bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR;
  return VImage::new_from_memory(const_cast<uint8_t*>(image.bytes.data()), image.bytes.size(),
                                 static_cast<int>(image.width), static_cast<int>(image.height),
                                 static_cast<int>(image.channels), format)
      .copy(VImage::option()->set("interpretation", interpretation_of(image)));
}

}  // namespace ganvas
