// The grids that layers of enlargement leave in images.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The power of an image's luma at the frequencies of the periods 2, 4 and 8 pixels over that of the
/// frequencies beside them: about 1 for photographs, more where a transposed convolution, a pixel shuffle or
/// a gradient through strides has left a checkerboard or a weave. Odena et al., "Deconvolution and
/// Checkerboard Artifacts", Distill 2016 (doi:10.23915/distill.00003), say where it comes from.
///
/// Each way, the power is summed over the other, under a Hann window, in tiles of 240 x 160 pixels (or
/// the image, where it is smaller); the result is the geometric mean over tiles, ways and frequencies.
///
///   image: [C, H, W] float, of any range, C 1 or 3
///   returns nothing for sides under 64 pixels, and for flat images
std::optional<double> grid_energy(const Tensor& image);

/// How energies, or their ratios, of several images are summed up; nothing for none.
std::optional<double> geometric_mean(const std::vector<double>& values);

}  // namespace ganvas
