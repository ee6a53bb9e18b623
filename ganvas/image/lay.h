// The eight ways to lay a picture: turned by quarters, mirrored or not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

inline constexpr int64_t kWays = 8;

/// A picture [C, H, W] laid in one of the ways: [C, H, W] or [C, W, H].
///   way: 0 leaves it as it is; bit 0 swaps rows and columns, bits 1 and 2 then flip down and across
Tensor laid(const Tensor& picture, int64_t way);

/// Undoes laid().
Tensor laid_back(const Tensor& picture, int64_t way);

}  // namespace ganvas
