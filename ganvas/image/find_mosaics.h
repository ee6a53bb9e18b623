// Finding mosaics in a picture: where they lie, and on what grid.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/image/mosaic.h"

namespace ganvas {

/// A grid whose cells need not be whole pixels: pixel x lies in cell floor((x + phase_x) /
/// cell_width), and alike for y. After a mosaic was rescaled, cells have fractions.
struct FineGrid {
  double cell_width = 8, cell_height = 8;  // pixels
  double phase_x = 0, phase_y = 0;         // in [0, cell_width), [0, cell_height)
};

/// A mosaic that was found.
struct FoundMosaic {
  FineGrid grid;
  Tensor mask;          // [1, H, W] float: 1 in its cells, 0
  double evidence = 0;  // over 1; how much larger than asked for the steps at the grid's lines are
};

/// A mosaic that need not be found.
FoundMosaic known_mosaic(const Mosaic& mosaic);

/// Finds mosaics of cells of about 3 to 48 pixels that are at least four cells high and wide, the
/// clearest first, by what tells them from all else: colours step on the lines of a grid, in both
/// directions, and inside the cells there is next to nothing. JPEG and rescaling blur both; what is
/// left of the steps must still stand out.
///
///   picture: [C, H, W] float in [-1, 1]
///
/// Pictures enlarged by repeating pixels look the same, and are found as well. Draws nothing at
/// random. About a second for each megapixel.
std::vector<FoundMosaic> find_mosaics(const Tensor& picture);

}  // namespace ganvas
