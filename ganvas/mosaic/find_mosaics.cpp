// Finding mosaics in an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/find_mosaics.h"

#include "ganvas/mosaic/flat_cells.h"
#include "ganvas/mosaic/jpeg_blocks.h"
#include "ganvas/mosaic/worn_mosaics.h"

namespace ganvas {

FoundMosaic known_mosaic(const Mosaic& mosaic) {
  const auto& g = mosaic.grid;
  const FineGrid grid{static_cast<double>(g.cell_width), static_cast<double>(g.cell_height),
                      static_cast<double>(g.phase_x), static_cast<double>(g.phase_y)};
  return {grid, mosaic.mask};
}

Findings find_mosaics(const Image& image) {
  const double block_step = jpeg_block_step(image);
  auto flat = find_flat_mosaics(image, block_step);
  find_worn_mosaics(image, block_step, flat.known, flat.findings);
  return std::move(flat.findings);
}

}  // namespace ganvas
