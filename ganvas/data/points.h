// Points of the plane as a data set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// Opens points, each an image [2, 1, 1] of x and y, with its class:
///
///     8-ring, 25-grid, swiss-roll   as sampling/points.h says
///     FILE.csv, FILE.txt            lines x,y or x,y,class, the class from 0 on: the first four
///                                   fifths are for training, the rest is for the test
///     PICTURE, or DIR of images   grey levels as density, each image a class
///
/// Mixtures and images have 100000 points, in augmented view new ones in every epoch; none has a
/// part for validation.
///   Throws Error if it is none of these, UsageError on a line that is no point.
std::unique_ptr<Dataset> open_points(const DataRequest& request);

/// The first `count` points of a data set as a tensor [N, 2].
Tensor first_points(const Dataset& data, int64_t count);

}  // namespace ganvas
