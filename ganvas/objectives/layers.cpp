// How far apart two images are by what the layers of a network make of them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/layers.h"

#include "ganvas/core/error.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

/// The sum of a distance over the first `count` layers.
template <typename Distance>
Tensor sum_over_layers(const std::vector<Tensor>& made, const std::vector<Tensor>& target,
                       size_t count, Distance distance) {
  require(count > 0 && made.size() == target.size(), "distance of layers: got ", made.size(),
          " and ", target.size(), " layers, expected as many, and one at least to compare");
  auto sum = distance(made[0], target[0]);
  for (size_t i = 1; i < count; ++i) sum = sum + distance(made[i], target[i]);
  return sum;
}

/// Each position's features [N, :, h, w] made as long as 1.
Tensor unit(const Tensor& features) {
  constexpr double kLeastSquare = 1e-8;
  const auto x = features.to(at::kFloat);
  return x * (x.square().sum(1, /*keepdim=*/true) + kLeastSquare).rsqrt();
}

}  // namespace

Tensor feature_matching_distance(const std::vector<Tensor>& made,
                                 const std::vector<Tensor>& target) {
  return sum_over_layers(made, target, made.empty() ? 0 : made.size() - 1,
                         mean_absolute_difference);
}

Tensor squared_layer_distance(const std::vector<Tensor>& made, const std::vector<Tensor>& target) {
  return sum_over_layers(made, target, made.size(), mean_squared_difference);
}

Tensor unit_layer_distance(const std::vector<Tensor>& made, const std::vector<Tensor>& target) {
  const auto distance = [](const Tensor& f, const Tensor& g) {
    return (unit(f) - unit(g)).square().sum(1).mean();
  };
  return sum_over_layers(made, target, made.size(), distance);
}

}  // namespace ganvas
