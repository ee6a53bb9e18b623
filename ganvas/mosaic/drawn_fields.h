// Fields on a grid that were drawn, built or woven, and are no mosaic.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/image.h"
#include "ganvas/mosaic/lattice.h"

namespace ganvas {

/// True if the cells of a lattice are no mosaic of a photograph, because of one of these:
///   - there are lines between them, darker or lighter than both sides: grout, frames, tables, screens
///   - neighbours are alike or wholly different, and hardly ever a little: codes, pixel art
///   - from cell to cell it goes up and down in turn: boards, cloth
///
///   cells: ascending
bool are_drawn(const Image& image, const Lattice& lattice, const std::vector<int64_t>& cells);

}  // namespace ganvas
