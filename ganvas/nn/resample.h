// Maps of half and of double the sides.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// [N, C, H, W] to [N, C, H / 2, W / 2], rounded up: every second pixel of the map blurred by 1 2 1 both
/// ways, mirrored at the rim.
Tensor halved_by_blur(const Tensor& map);

/// Each pixel twice along both sides: [N, C, H, W] -> [N, C, 2 H, 2 W].
Tensor doubled(const Tensor& map);

}  // namespace ganvas
