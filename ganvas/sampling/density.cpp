// Densities on a line and in the plane, and samples from them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/sampling/density.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

/// The last cell whose cumulative value is at most u: cells without mass are stepped over.
size_t find_cell(const std::vector<double>& cumulative, double u) {
  const auto after = std::upper_bound(cumulative.begin(), cumulative.end(), u);
  return std::min<size_t>(static_cast<size_t>(after - cumulative.begin()) - 1,
                          cumulative.size() - 2);
}

}  // namespace

LineDensity::LineDensity(std::vector<double> knots, std::vector<double> values)
    : knots_(std::move(knots)), values_(std::move(values)) {
  require_usage(knots_.size() >= 2 && knots_.size() == values_.size(), "density: got ",
                knots_.size(), " places and ", values_.size(),
                " values, expected equal numbers, at least 2");
  cumulative_.push_back(0);
  for (size_t i = 0; i < knots_.size(); ++i) {
    require_usage(std::isfinite(knots_[i]) && (i == 0 || knots_[i] > knots_[i - 1]),
                  "density: got ", knots_[i], " as place ", i, ", expected ascending numbers");
    require_usage(std::isfinite(values_[i]), "density: got ", values_[i], " at x = ", knots_[i],
                  ", expected finite values; choose another range");
    require_usage(values_[i] >= 0, "density: got ", values_[i], " at x = ", knots_[i],
                  ", expected none below 0");
    if (i == 0) continue;
    const double width = knots_[i] - knots_[i - 1];
    cumulative_.push_back(cumulative_.back() + (values_[i - 1] + values_[i]) / 2 * width);
  }
  mass_ = cumulative_.back();
  require_usage(mass_ > 0 && std::isfinite(mass_), "density: got an integral of ", mass_, " from ",
                from(), " to ", to(), ", expected one over 0");
  for (auto& value : values_) value /= mass_;
  for (auto& value : cumulative_) value /= mass_;
  cumulative_.back() = 1;
}

size_t LineDensity::cell_of(double x) const {
  return find_cell(knots_, x);
}

double LineDensity::density(double x) const {
  if (x < from() || x > to()) return 0;
  const size_t i = cell_of(x);
  const double share = (x - knots_[i]) / (knots_[i + 1] - knots_[i]);
  return values_[i] + share * (values_[i + 1] - values_[i]);
}

double LineDensity::cumulative(double x) const {
  if (x <= from()) return 0;
  if (x >= to()) return 1;
  const size_t i = cell_of(x);
  return cumulative_[i] + (values_[i] + density(x)) / 2 * (x - knots_[i]);
}

double LineDensity::quantile(double u) const {
  const size_t i = find_cell(cumulative_, u);
  const double width = knots_[i + 1] - knots_[i];
  const double slope = (values_[i + 1] - values_[i]) / width;
  const double mass = u - cumulative_[i];
  // The root of slope t^2 / 2 + value t = mass in the form that stays exact as slope or value
  // vanish.
  const double root = std::sqrt(std::max(0.0, values_[i] * values_[i] + 2 * slope * mass));
  const double divisor = values_[i] + root;
  const double t = divisor > 0 ? 2 * mass / divisor : 0;
  return knots_[i] + std::min(t, width);
}

std::vector<double> LineDensity::sample(int64_t count, Random& random) const {
  std::vector<double> samples(static_cast<size_t>(count));
  for (auto& x : samples) x = quantile(random.uniform());
  return samples;
}

PlaneDensity::PlaneDensity(const Tensor& levels) : shares_(levels.to(at::kDouble).contiguous()) {
  require_usage(shares_.dim() == 2 && shares_.numel() > 0, "density: got an image of shape ",
                levels.sizes(), ", expected [H, W]");
  const double least = shares_.min().item<double>(), sum = shares_.sum().item<double>();
  require_usage(std::isfinite(sum) && least >= 0, "density: got an image with levels from ", least,
                ", expected finite ones, none below 0");
  require_usage(sum > 0, "density: got an image that is all black, expected some mass");
  shares_ = shares_ / sum;
  cumulative_.push_back(0);
  const auto* share = shares_.const_data_ptr<double>();
  for (int64_t i = 0; i < shares_.numel(); ++i) {
    cumulative_.push_back(cumulative_.back() + share[i]);
  }
  const double last = cumulative_.back();
  for (auto& value : cumulative_) value /= last;
}

std::pair<double, double> PlaneDensity::draw(Random& random) const {
  const int64_t height = shares_.size(0), width = shares_.size(1);
  const auto pixel = static_cast<int64_t>(find_cell(cumulative_, random.uniform()));
  const double across = random.uniform(), up = random.uniform();
  const int64_t row_from_below = height - 1 - pixel / width;
  return {(static_cast<double>(pixel % width) + across) / static_cast<double>(width),
          (static_cast<double>(row_from_below) + up) / static_cast<double>(height)};
}

Tensor PlaneDensity::sample(int64_t count, Random& random) const {
  auto points = at::empty({count, 2}, at::kDouble);
  auto* point = points.mutable_data_ptr<double>();
  for (int64_t n = 0; n < count; ++n) {
    std::tie(point[2 * n], point[2 * n + 1]) = draw(random);
  }
  return points;
}

Tensor count_points(const Tensor& points, int64_t height, int64_t width) {
  auto counts = at::zeros({height, width}, at::kDouble);
  auto* count = counts.mutable_data_ptr<double>();
  const auto all = points.to(at::kDouble).contiguous();
  const auto* point = all.const_data_ptr<double>();
  for (int64_t n = 0; n < all.size(0); ++n) {
    const double x = point[2 * n], y = point[2 * n + 1];
    if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) continue;
    const auto column = static_cast<int64_t>(x * static_cast<double>(width));
    const auto row = height - 1 - static_cast<int64_t>(y * static_cast<double>(height));
    ++count[row * width + column];
  }
  return counts;
}

}  // namespace ganvas
