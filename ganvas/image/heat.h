// Maps of numbers as colours over an image.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// An image, greyed, under a map: clear where the map is 0, then blue, red and yellow at 1.
///
///   image: [1 or 3, H, W] float in [-1, 1];  map: [1, H, W] in [0, 1]
///   returns: [3, H, W] in [-1, 1]
Tensor heat_over(const Tensor& image, const Tensor& map);

}  // namespace ganvas
