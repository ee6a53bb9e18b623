// How far an image is from the one it should be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The mean absolute difference; Eq. 3 of Isola et al., CVPR 2017, as a mean over all numbers.
///
///   made, target: the same shape;  returns [] float
///   Throws Error if the shapes differ, which torch would silently broadcast.
Tensor mean_absolute_difference(const Tensor& made, const Tensor& target);

/// The mean squared difference; arguments and errors as above.
Tensor mean_squared_difference(const Tensor& made, const Tensor& target);

/// The mean absolute difference of neighbours, down and across: the total variation of Rudin et al.
/// 1992 in its anisotropic form, as a mean over pixels.
///
///   images: [N, C, H, W], both sides over 1;  returns [] float
Tensor total_variation(const Tensor& images);

}  // namespace ganvas
