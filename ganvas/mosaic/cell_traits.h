// What tells a mosaic's cells from others on the same lattice.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "ganvas/image/image.h"
#include "ganvas/mosaic/cell_field.h"

namespace ganvas {

/// Of each cell and of those around it, see cell_traits.cpp.
inline constexpr size_t kOwnTraits = 18, kAllTraits = 3 * kOwnTraits + 3;
using Traits = std::array<float, kAllTraits>;

/// The traits of the cells of a window, row by row.
///   block_step: of the image, jpeg_block_step()
std::vector<Traits> cell_traits(const Image& image, double block_step, const Lattice& lattice,
                                const CellWindow& window);

}  // namespace ganvas
