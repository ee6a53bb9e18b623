// Regions of an image: masks [1, H, W] float, 1 inside and 0 outside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "ganvas/core/random.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// The region that an image shows in white: over half of the range.
///   Throws Error unless the file is an image of height x width pixels.
Tensor read_region(const std::filesystem::path& path, int64_t height, int64_t width);

/// A rectangle of pixels, and the ellipse that touches its sides.
struct Box {
  int64_t left = 0, top = 0, width = 0, height = 0;
};

/// What lies in the box; parts outside the image are cut off.
Tensor rectangle_region(int64_t height, int64_t width, const Box& box);

/// Pixels whose centres lie in the ellipse.
Tensor ellipse_region(int64_t height, int64_t width, const Box& box);

/// A box with sides uniform between half and all of the image's, anywhere inside it.
Box random_box(int64_t height, int64_t width, Random& random);

/// A random shape with smooth outlines, not always in one piece: where smooth noise is high.
///   share: of the image that it covers, in (0, 1)
Tensor random_blob(int64_t height, int64_t width, double share, Random& random);

/// The piece of a region with the most pixels; pixels that share a side hang together. Nothing of
/// nothing.
///   region: [1, H, W], over 0.5 where it is;  returns this shape, 0 or 1
Tensor largest_component(const Tensor& region);

/// What a network sees of an image of which a part is hidden: grey there, and the region as one more channel,
/// as in Pathak et al., "Context Encoders", CVPR 2016 (arXiv:1604.07379), section 3.
///
///   image: [C, H, W] in [-1, 1];  region: [1, H, W], 1 where it is hidden;  returns [C + 1, H, W]
Tensor hide(const Tensor& image, const Tensor& region);

/// Lengths of runs, column by column, of 0 and 1 in turn, beginning with 0: the uncompressed masks
/// of the COCO data set.
std::vector<int64_t> run_lengths(const Tensor& region);

/// The smallest box around what is over 0.5; a box of no size if nothing is.
Box bounding_box(const Tensor& region);

}  // namespace ganvas
