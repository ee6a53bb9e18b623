// The blocks that a JPEG of low quality leaves.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/image.h"
#include "ganvas/mosaic/comb.h"

namespace ganvas {

/// The largest steps, in levels, that a JPEG of the image's coarseness leaves between blocks of 8
/// pixels that are flat though the image was not. A slope is lost if it is under half a quantum of
/// its table, and how large that is shows in the blocks that have slopes. About 1 for images that
/// were never a JPEG.
double jpeg_block_step(const Image& image);

/// True if lines of a comb are lines of such blocks.
bool is_on_blocks(const Comb& comb);

}  // namespace ganvas
