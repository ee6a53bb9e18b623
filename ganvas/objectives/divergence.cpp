// How far a distribution is from another.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/divergence.h"

#include <ATen/ops/cdist.h>

#include "ganvas/core/error.h"
#include "ganvas/core/whole_batch.h"

namespace ganvas {

Tensor gaussian_divergence(const Tensor& mean, const Tensor& log_variance) {
  require(mean.sizes() == log_variance.sizes(), "gaussian_divergence: got ", mean.sizes(), " and ",
          log_variance.sizes(), ", expected one shape");
  const auto numbers = mean.square() + log_variance.exp() - log_variance - 1;
  return numbers.sum() / (2 * static_cast<double>(mean.size(0)));
}

Tensor energy_distance(const Tensor& my_x, const Tensor& my_y) {
  const auto x = all_of_batch(my_x), y = all_of_batch(my_y);
  require(x.size(0) > 1 && y.size(0) > 1, "energy distance: got ", x.size(0), " and ", y.size(0),
          " points, expected at least 2 of each");
  const auto within = [](const Tensor& p) {
    const auto n = static_cast<double>(p.size(0));
    return at::cdist(p, p).sum() / (n * (n - 1));
  };
  return 2 * at::cdist(x, y).mean() - within(x) - within(y);
}

}  // namespace ganvas
