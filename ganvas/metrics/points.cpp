// How well points follow a distribution that is known by its modes or by points of its own.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/points.h"

#include <ATen/ops/cdist.h>
#include <ATen/ops/unique_dim.h>

#include "ganvas/core/error.h"

namespace ganvas {

ModeCoverage mode_coverage(const Tensor& points, const Modes& modes) {
  constexpr double kGood = 3;  // deviations
  const auto distances = at::cdist(points.to(at::kDouble), modes.centres);
  const auto [distance, nearest] = distances.min(/*dim=*/1);
  const auto is_good = distance.le(kGood * modes.deviation);
  const auto covered = std::get<0>(at::unique_dim(nearest.masked_select(is_good), /*dim=*/0));
  return {covered.numel(), is_good.to(at::kDouble).mean().item<double>()};
}

double energy_distance(const Tensor& x, const Tensor& y) {
  require(x.size(0) > 1 && y.size(0) > 1, "energy distance: got ", x.size(0), " and ", y.size(0),
          " points, expected at least 2 of each");
  const auto within = [](const Tensor& p) {
    const auto n = static_cast<double>(p.size(0));
    return at::cdist(p, p).sum().item<double>() / (n * (n - 1));
  };
  const auto a = x.to(at::kDouble), b = y.to(at::kDouble);
  return 2 * at::cdist(a, b).mean().item<double>() - within(a) - within(b);
}

std::vector<std::pair<std::string, double>> point_figures(const Tensor& made, const Tensor& real,
                                                          const Modes& modes) {
  std::vector<std::pair<std::string, double>> figures;
  if (modes.centres.defined()) {
    const auto coverage = mode_coverage(made, modes);
    figures.emplace_back("modes", static_cast<double>(coverage.modes));
    figures.emplace_back("good", coverage.good);
  }
  figures.emplace_back("energy_distance", energy_distance(made, real));
  return figures;
}

}  // namespace ganvas
