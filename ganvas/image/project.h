// Holding a restored picture to what its mosaic says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/mosaic.h"

namespace ganvas {

/// The nearest picture, on whole levels, whose cells have the means that a mosaic shows: inside each
/// cell all numbers are moved by one amount, those that would leave the range stay at its end, and
/// the rounding goes up where most was cut off, so often that the cell's sum is the mosaic's.
///
///   picture: [C, H, W] float in [-1, 1]
///   means:   [C, rows, columns], as cell_means() gives them
///   top:     the highest level: 255 for 8 bits, 65535 for 16
///   returns: as `picture`; inside the mosaic the mean of each cell is that of `means` within half a
///            level divided by the cell's pixels; pixels outside stay bit-identical
///
/// The exact projection on { mean given, every number in its range }; the amount is found by
/// bisection. Without rounding it never moves a picture away from any other of these means.
Tensor project_cells(const Tensor& picture, const Tensor& means, const Mosaic& mosaic, double top);

}  // namespace ganvas
