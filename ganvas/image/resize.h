// Changing the size of images held as tensors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Resizes by the cubic kernel with a = -0.5, widened when shrinking (antialiased), as PIL and
/// MATLAB's imresize do. The result is clamped to [-1, 1].
///
///   image: [C, H, W] float in [-1, 1], or uint8, which is faster and rounds between the two
///            directions as PIL does;  returns [C, height, width] of that type
Tensor resize(const Tensor& image, int64_t height, int64_t width);

/// Makes an image `scale` times smaller by the kernel of resize(), with the pixels at the border
/// repeated beyond it.
///
///   image: [C, s H, s W] float in [-1, 1];  returns [C, H, W]
Tensor shrink(const Tensor& image, int64_t scale);

/// shrink() as the small copies of super-resolution's benchmarks were
/// made: along the columns, then along the rows, each rounded to 8 bits.
Tensor reduce(const Tensor& image, int64_t scale);

/// Extends right and bottom until both sides are multiples of `multiple`, and `least` at least, by
/// mirroring at the border without repeating it, or by repeating the border where the image is too
/// small for that.
///
///   images: [N, C, H, W];  returns [N, C, H', W'], the first H x W of it equal to `images`
Tensor pad_to_multiple(const Tensor& images, int64_t multiple, int64_t least);

}  // namespace ganvas
