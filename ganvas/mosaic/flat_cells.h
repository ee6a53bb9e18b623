// Mosaics whose cells are still of exactly one colour.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/mosaic/find_mosaics.h"

namespace ganvas {

struct FlatFindings {
  Findings findings;
  Tensor known;  // [1, H, W] float: 1 in mosaics and in what looks alike
};

/// The mosaics of an image whose cells are exactly flat. Rectangles of one colour that share whole
/// sides give a lattice; the mosaic is what is flat on it.
///
/// Of cells that hang together in one colour, and end beside the lattice's lines, nobody can say
/// where the mosaic ends (a black background): they count where the mosaic surrounds them.
///
/// Fields on a lattice in few colours, most beside their like, are no mosaic: pixel art, codes,
/// chessboards. Nor are the blocks of 8 and 16 pixels of a JPEG of low quality.
///
///   block_step: of the image, jpeg_block_step()
FlatFindings find_flat_mosaics(const Image& image, double block_step);

}  // namespace ganvas
