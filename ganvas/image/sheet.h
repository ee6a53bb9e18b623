// Contact sheets: images side by side.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// Lays images into rows with a white gap between them.
///
///   rows: each a row of [1 or 3, H, W] float in [-1, 1]; all of one size
Image make_sheet(const std::vector<std::vector<Tensor>>& rows);

}  // namespace ganvas
