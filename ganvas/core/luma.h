// Brightness of a colour.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Luma of ITU-R BT.601 in full range, 0.299 R + 0.587 G + 0.114 B: [3, H, W] -> [1, H, W].
inline Tensor luma(const Tensor& rgb) {
  return rgb.narrow(0, 0, 1) * 0.299 + rgb.narrow(0, 1, 1) * 0.587 + rgb.narrow(0, 2, 1) * 0.114;
}

}  // namespace ganvas
