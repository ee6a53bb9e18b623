// Hidden parts of an image, filled by a model that learned from such.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/inference/model.h"

namespace ganvas {

/// True if a model learned from images of which a part is hidden (--layout masked).
bool is_inpainter(const Model& model);

/// Fills a part of an image. Pixels outside stay bit-identical, as do size, bits, alpha and metadata; what is
/// inside is invented.
///   region: [1, H, W], over 0.5 where it is hidden
///   Throws Error unless the model is_inpainter() and the region fits the image.
Image inpaint(const Model& model, const Image& image, const Tensor& region);

}  // namespace ganvas
