// Which cells of a lattice are a mosaic's, by what was learned from many.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/image/image.h"
#include "ganvas/mosaic/lattice.h"

namespace ganvas {

/// Judges the cells around some of a lattice: each by what it and those around it are like, and by its neighbours
/// (iterated conditional modes; Besag, J. R. Stat. Soc. B 1986). What hangs together with the given cells is followed to
/// wherever it ends.
///
///   cells: where to begin, ascending;  block_step: of the image, jpeg_block_step()
///   returns: the cells that are a mosaic's, ascending; none if those given are not
std::vector<int64_t> judged_cells(const Image& image, double block_step, const Lattice& lattice,
                                  const std::vector<int64_t>& cells);

}  // namespace ganvas
