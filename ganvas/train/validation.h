// A look at a method in training: figures and a sheet of pictures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/device.h"
#include "ganvas/data/dataset.h"
#include "ganvas/image/image.h"
#include "ganvas/methods/method.h"

namespace ganvas {

/// What a look shows.
struct Validation {
  std::vector<std::pair<std::string, double>> numbers;
  std::optional<Image> sheet;   // none where there is nothing to see
  std::optional<double> score;  // the lower the better; none where no figure tells which is best
};

/// Pairs: fidelity of the translation (of its luma in super-resolution), rows of input, made, target.
Validation validate_pairs(Method& method, const Dataset& data, int64_t most_side,
                          const Machine& machine);

/// One set: rows of pictures above what the method makes of them, if it translates, with the mean
/// distance of the two; and of pictures made from noise.
Validation validate_pictures(Method& method, const Dataset& data, const Machine& machine);

/// Domains: for each way that the method translates, and that it can come back from, the mean
/// distance of the picture from where the cycle brings it, as a share of the range; rows of the
/// picture, its translation, and the way back. Pictures made from noise, where there are such.
Validation validate_domains(Method& method, const Dataset& data, const Machine& machine);

/// Points: point_figures() of metrics/points.h, and a picture of points of the data and of the
/// method, on what its discriminator scores where it tells.
Validation validate_points(Method& method, const Dataset& data);

}  // namespace ganvas
