// Networks that double a map from 4 x 4 to an image, and halve it back: the shape of DCGAN.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/nn/recipes.h"

namespace ganvas {

struct PyramidShape {
  int64_t channels = 3;  // of the image
  int64_t width = 64;    // w below
  int64_t side = 64;     // of the image: first_side 2^levels
  int64_t first_side = 4;
  int64_t levels = 4;
  int64_t kernel = 5;
  Upsampling upsampling = Upsampling::kTransposed;
};

/// Splits a side into levels of doubling and a first side of 4 to 7. Throws UsageError, naming the
/// method, where that gives fewer than 2 levels.
PyramidShape pyramid(int64_t side, const char* method);

/// Codes to images; N = batch norm, no bias before it:
///
///     tconv to w 2^levels N ReLU, from 1 x 1 to first_side; then doubling to half the
///     channels N ReLU until 2 w are left; doubling(bias), tanh
///
///   maps [N, code, 1, 1] to [N, channels, side, side] in [-1, 1]
Network rising_pyramid(const PyramidShape& shape, int64_t code);

/// Images to features; L = LeakyReLU 0.2:
///
///     conv(bias) stride 2 to w L; then conv stride 2 to twice the channels, norm, L
///
///   maps [N, channels, side, side] to [N, w 2^(levels - 1), first_side, first_side]
Network falling_pyramid(const PyramidShape& shape, NormKind norm);

/// The channels of falling_pyramid()'s features.
int64_t deepest_channels(const PyramidShape& shape);

}  // namespace ganvas
