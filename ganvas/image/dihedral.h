// The dihedral group of the square (D4): images turned by quarters, mirrored or not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

inline constexpr int64_t kDihedrals = 8;

/// An image [C, H, W] turned and mirrored in one of the ways: [C, H, W] or [C, W, H].
///   way: 0 leaves it as it is; bit 0 swaps rows and columns, bits 1 and 2 then flip down and across
Tensor dihedral(const Tensor& image, int64_t way);

/// Undoes dihedral().
Tensor dihedral_inverse(const Tensor& image, int64_t way);

}  // namespace ganvas
