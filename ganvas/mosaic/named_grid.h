// The grid of a mosaic whose place and cells are named.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/image.h"
#include "ganvas/image/mosaic.h"

namespace ganvas {

/// What the image says of a grid that was named.
struct NamedGrid {
  Grid grid;            // of the named cells, the phase that fits best inside the mask
  bool fits = true;     // the named phase does as well
  bool is_seen = true;  // cells of this size show at all
};

/// Looks for the lines of the named cells inside the mask, at every phase. In a mask of one colour
/// every phase fits.
NamedGrid look_at_named(const Image& image, const Mosaic& mosaic);

}  // namespace ganvas
