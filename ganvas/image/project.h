// Holding a restored image to what its mosaic says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/mosaic.h"

namespace ganvas {

/// The nearest image, on whole levels, whose cells have the means that a mosaic shows: inside each
/// cell all numbers are moved by one amount, those that would leave the range stay at its end, and
/// the rounding goes up where most was cut off, so often that the cell's sum is the mosaic's.
///
///   image: [C, H, W] float in [-1, 1]
///   means:   [C, rows, columns], as cell_means() gives them
///   top:     the highest level: 255 for 8 bits, 65535 for 16
///   slack:   levels by which means may lie beside those given; a cell is moved no further than to
///            there
///   returns: as `image`; inside the mosaic the mean of each cell is that of `means`, but for the
///            slack, within half a level divided by the cell's pixels; pixels outside stay bit-identical
///
/// The exact projection on { mean given, every number in its range }; the amount is found by
/// bisection. Without rounding it never moves an image away from any other of these means.
Tensor project_cells(const Tensor& image, const Tensor& means, const Mosaic& mosaic, double top,
                     double slack = 0);

/// How far the means of a mosaic's cells may lie from what its pixels say, in levels of `top`: 0
/// where each cell is of one colour; more after JPEG or noise, by how far pixels lie from their
/// cell's mean in the median cell.
///
///   pixelated: [C, H, W] float in [-1, 1]
double cell_slack(const Tensor& pixelated, const Mosaic& mosaic, double top);

/// project_cells() to what a pixelated image says, with its slack.
Tensor project_to_cells(const Tensor& image, const Tensor& pixelated, const Mosaic& mosaic,
                        double top);

/// The nearest image whose shrink() is `small`, all but: it is approached by what is missing in the
/// small image, enlarged by the kernel that shrinks, again and again. Where numbers would leave the range
/// they stay at its end.
///
///   image: [C, s H, s W] float in [-1, 1];  small: [C, H, W];  returns as `image`
///
/// Each number depends on those within kHoldReach pixels of the small image. Irani and Peleg,
/// CVGIP 1991, with the transpose as the way back, so that nothing is moved which the small image
/// does not see.
Tensor project_to_reduction(const Tensor& image, const Tensor& small);

inline constexpr int64_t kHoldReach = 40;

}  // namespace ganvas
