// How well points follow a distribution that is known by its modes or by points of its own.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/points.h"

#include <ATen/ops/cdist.h>
#include <ATen/ops/unique_dim.h>

#include "ganvas/core/error.h"
#include "ganvas/objectives/divergence.h"

namespace ganvas {

ModeCoverage mode_coverage(const Tensor& points, const Modes& modes) {
  constexpr double kGood = 3;  // deviations
  const auto distances = at::cdist(points.to(at::kDouble), modes.centres);
  const auto [distance, nearest] = distances.min(/*dim=*/1);
  const auto is_good = distance.le(kGood * modes.deviation);
  const auto covered = std::get<0>(at::unique_dim(nearest.masked_select(is_good), /*dim=*/0));
  return {covered.numel(), is_good.to(at::kDouble).mean().item<double>()};
}

std::vector<std::pair<std::string, double>> point_figures(const Tensor& made, const Tensor& real,
                                                          const Modes& modes) {
  std::vector<std::pair<std::string, double>> figures;
  if (modes.centres.defined()) {
    const auto coverage = mode_coverage(made, modes);
    figures.emplace_back("modes", static_cast<double>(coverage.modes));
    figures.emplace_back("good", coverage.good);
  }
  figures.emplace_back("energy_distance",
                       energy_distance(made.to(at::kDouble), real.to(at::kDouble)).item<double>());
  return figures;
}

}  // namespace ganvas
