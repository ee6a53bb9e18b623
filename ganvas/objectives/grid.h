// What keeps grids out of pictures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// How much more of a grid made pictures have than those that they should be: the mean over the frequencies of
/// core/grid_spectrum.h of max(0, log ratio of the made - log ratio of the target)^2, over a whole batch.
/// A discriminator alone lets a weave pass that is faint in each picture.
///
///   made, target: [N, C, H, W], C 1 or 3, H and W 64 at least; what is over a multiple of 8 is left out
///   returns [] float
Tensor grid_excess(const Tensor& made, const Tensor& target);

}  // namespace ganvas
