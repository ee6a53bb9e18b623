// Where in an image a classifier saw a class.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/inference/model.h"

namespace ganvas {

/// Scores of an image and what made one of them.
struct ActivationMap {
  Tensor scores;  // [K]
  int64_t label;  // the class that the map is of
  Tensor map;     // [1, H, W], of the image's size
};

/// The map of a class: features before the scores, each weighted by the sum of the score's slopes in
/// it over all places, added up and interpolated linearly to the image's size. With scores that are
/// means over a map this is the class activation map of Zhou et al., CVPR 2016 (arXiv:1512.04150):
/// its mean before the interpolation is the score but for the head's bias. Of others it is Grad-CAM
/// of Selvaraju et al., ICCV 2017 (arXiv:1610.02391), times the number of places and before the ReLU.
///
///   image: [C, H, W] float in [-1, 1]; the network sees it with its shorter side as long as in
///            training (or squeezed to what it must be)
///   label:   kNoLabel takes the class with the highest score
///   Throws UsageError if the model is no classifier or has no such class.
ActivationMap activation_map(const Model& model, const Tensor& image, int64_t label);

/// A place in an image as shares of its width and height.
struct Place {
  double x, y;
};

/// Where the positive part of a map, smoothed by a Gaussian of a tenth of the shorter side and taken as 0 beyond the
/// border, is highest. Unsmoothed, the padding of convolutions lifts single places at the border.
Place map_peak(const Tensor& map);

/// The places of a map that are over `share` of its peak, as a region [1, H, W]; nothing if the peak
/// is not over 0. Zhou et al. take 0.2 and the box around the largest piece.
Tensor map_region(const Tensor& map, double share);

}  // namespace ganvas
