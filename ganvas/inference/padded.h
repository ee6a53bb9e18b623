// A method on an image of any size.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/device.h"
#include "ganvas/methods/method.h"

namespace ganvas {

/// Sides under this are padded before they are translated, for a ResNet's smallest maps would have nothing
/// to mirror, nor to normalise over.
inline constexpr int64_t kLeastTranslated = 16;

/// Translates an image of any size: padded to what the networks need, and cropped back.
///
///   image: [C, H, W] float in [-1, 1];  returns [C', s H, s W] on the CPU, s the spec's scale
Tensor translate_padded(Method& method, const Tensor& image, Direction direction,
                        const Machine& machine);

}  // namespace ganvas
