// Mosaics that JPEG or rescaling has blurred.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/mosaic/find_mosaics.h"

namespace ganvas {

/// The mosaics of an image by what is left of them: colours step on the lines of a grid, in both
/// directions, and inside the cells there is little. From the clearest windows on they grow over
/// the cells whose sides stand out from their inside; the grid is fitted again to all of these.
///
/// Fields that were drawn, built or woven (mosaic/drawn_fields.h) are told as look-alikes.
///
///   block_step: of the image, jpeg_block_step()
///   known:      [1, H, W], 1 where all is told already
///   findings:   what is found is added to it
void find_worn_mosaics(const Image& image, double block_step, const Tensor& known,
                       Findings& findings);

}  // namespace ganvas
