// How well points follow a distribution that is known by its modes or by points of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/sampling/points.h"

namespace ganvas {

/// What points of a mixture are worth: Srivastava et al., "VEEGAN", NeurIPS 2017
/// (arXiv:1705.07761), section 4.1.
struct ModeCoverage {
  int64_t modes = 0;  // with at least one good point that is nearest to them
  double good = 0;    // share of points within three deviations of a centre, in 0..1
};

///   points: [N, 2]
ModeCoverage mode_coverage(const Tensor& points, const Modes& modes);

/// The number of points that figures are about, as in VEEGAN.
inline constexpr int64_t kJudgedPoints = 2500;

/// All of the above by name: "modes" and "good" where modes are known, "energy_distance".
///   made, real: [N, 2]
std::vector<std::pair<std::string, double>> point_figures(const Tensor& made, const Tensor& real,
                                                          const Modes& modes);

}  // namespace ganvas
