// Points of the plane: named mixtures, and images as densities.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganvas/core/random.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// A point and the class it is of.
struct LabelledPoint {
  double x = 0, y = 0;
  int64_t label = 0;
};

/// Where the mass of a mixture lies: Gaussians of equal weight.
struct Modes {
  Tensor centres;        // [K, 2] double; undefined where there are none
  double deviation = 0;  // of each, in each direction
};

/// Where points come from. Threads may share one.
class PointSource {
 public:
  virtual ~PointSource() = default;
  virtual LabelledPoint draw(Random& random) const = 0;
  virtual Modes modes() const { return {}; }
};

/// The names that find_mixture() knows.
std::vector<std::string> mixture_names();

/// A toy mixture, or null if there is none of this name. Sizes as in the toy experiments of
/// Gulrajani et al. (arXiv:1704.00028):
///
///     8-ring      centres on a circle of radius 2, deviation 0.02, all divided by 1.414
///     25-grid     centres {-4, -2, 0, 2, 4}^2, deviation 0.05, all divided by 2.828
///     swiss-roll  a spiral (t cos t, t sin t), t in [1.5 pi, 4.5 pi], with noise 0.25, divided by 7.5
///
/// The class of a point is its component's number; of swiss-roll 0.
std::unique_ptr<PointSource> find_mixture(const std::string& name);

/// Points of images as densities on the unit square: brighter is denser, and an image's share of
/// the points is that of its mass. The class of a point is its image's number.
///
///   levels: of each image [H, W], none negative. Throws UsageError if one is all zero.
std::unique_ptr<PointSource> points_of_images(const std::vector<Tensor>& levels);

}  // namespace ganvas
