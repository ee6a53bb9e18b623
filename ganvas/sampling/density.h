// Densities on a line and in the plane, and samples from them by inverting their cumulative form.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "ganvas/core/random.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// A density on a line that is linear between knots. A value; threads may share it.
///
/// The quantile solves the quadratic of its cell, so samples follow the linear density itself, not
/// the steps that linear interpolation of the cumulative values would make of it.
class LineDensity {
 public:
  /// Need not be normalised: it is here, and mass() says by what.
  ///
  ///   knots: ascending, at least 2;  values: one for each, finite, none negative
  ///   Throws UsageError, naming the place, on values that are no density, or all zero.
  LineDensity(std::vector<double> knots, std::vector<double> values);

  double from() const { return knots_.front(); }
  double to() const { return knots_.back(); }

  /// The integral of the values as they were given.
  double mass() const { return mass_; }

  double density(double x) const;  // normalised; 0 outside
  double cumulative(double x) const;

  /// The x at which cumulative(x) = u, u in [0, 1). Never inside a stretch without mass.
  double quantile(double u) const;

  std::vector<double> sample(int64_t count, Random& random) const;

 private:
  size_t cell_of(double x) const;

  std::vector<double> knots_, values_, cumulative_;  // normalised; cumulative at the knots
  double mass_ = 0;
};

/// A density on the unit square whose value is constant in each pixel of a grey image, its first
/// row at the top (y = 1). A value; threads may share it.
class PlaneDensity {
 public:
  /// levels: [H, W], finite, none negative. Throws UsageError if all are zero.
  explicit PlaneDensity(const Tensor& levels);

  /// The share of the mass in each pixel: [H, W] double, sums to 1.
  const Tensor& shares() const { return shares_; }

  /// A point (x, y) in [0, 1) x [0, 1).
  std::pair<double, double> draw(Random& random) const;

  /// [count, 2] float64, each as draw() gives it.
  Tensor sample(int64_t count, Random& random) const;

 private:
  Tensor shares_;
  std::vector<double> cumulative_;  // before each pixel, row by row, and 1
};

/// How many points [N, 2] lie in each pixel of an H x W image of the unit square: [H, W] double.
Tensor count_points(const Tensor& points, int64_t height, int64_t width);

}  // namespace ganvas
