// Finding mosaics in an image: where they lie, and on what grid.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/image/image.h"
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

/// What an image has on grids.
struct Findings {
  std::vector<FoundMosaic> mosaics;      // the clearest first
  std::vector<std::string> look_alikes;  // what is on a grid, but no mosaic; a sentence for each
};

/// Finds mosaics of cells of 3 to 80 pixels that are at least three cells high and wide.
///
/// Cells that are still of exactly one colour are found as such, with certainty, wherever they lie
/// on a lattice (mosaic/flat_cells.h). For the others, which JPEG or rescaling has blurred, what is
/// left of the steps at the lines must stand out from what is inside the cells
/// (mosaic/worn_mosaics.h).
///
/// Draws nothing at random.
Findings find_mosaics(const Image& image);

}  // namespace ganvas
