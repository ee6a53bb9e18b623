// What formats cannot hold.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/left_out.h"

#include "ganvas/image/codec.h"
#include "ganvas/image/private/metadata.h"

namespace ganvas {

LeftOut left_out_of(const ImageFormat& format, const Image& image) {
  LeftOut left;
  left.alpha = image.has_alpha() && !format.holds_alpha;
  left.sixteen_bits = image.bits == 16 && !format.holds_16_bits;
  left.colors = format.coding == Coding::kPalette;
  if (!image.metadata) return left;
  left.exif = !image.metadata->exif().empty() && !format.holds_exif;
  const bool may_be_exact = format.coding == Coding::kEither;
  left.exactness = may_be_exact && image.metadata->notes().is_exact && !writes_exactly(format);
  return left;
}

}  // namespace ganvas
