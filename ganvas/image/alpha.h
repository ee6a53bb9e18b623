// Colours beside transparent pixels, and images that are grey in colour.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/image/image.h"

namespace ganvas {

/// The image with the colours of its visible pixels spread over those of alpha 0, whose own nobody
/// sees but a network would: its answer at the rim would bleed. Alpha stays as it is.
Image with_spread_colors(const Image& image);

/// True if red, green and blue are equal everywhere: a grey image in a file of colours, or one of a
/// single channel.
bool is_grey(const Image& image);

/// The image with `margin` pixels of its opposite sides around it, as for a texture that repeats.
Image wrapped(const Image& image, int64_t margin);

}  // namespace ganvas
