// What keeps grids out of images.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// How much more of a grid made images have than those that they should be: the mean over the frequencies of
/// core/grid_spectrum.h, and over images, of max(0, log ratio of the made - log ratio of the target)^2.
/// A discriminator alone lets a faint weave pass.
///
///   made, target: [N, C, H, W], C 1 or 3, H and W 64 at least; what is over a multiple of 8 is left out
///   returns [] float
Tensor grid_excess(const Tensor& made, const Tensor& target);

/// The mean absolute difference where the target is flat, where there is nothing to invent and a weave is
/// seen first: weighted by exp(-s / 4 levels of 255), s the deviation of the target's luma over 7 x 7 pixels.
///   shapes and result as above
Tensor flat_difference(const Tensor& made, const Tensor& target);

}  // namespace ganvas
