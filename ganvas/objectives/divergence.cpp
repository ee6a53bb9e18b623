// How far a distribution is from another.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/divergence.h"

#include "ganvas/core/error.h"

namespace ganvas {

Tensor gaussian_divergence(const Tensor& mean, const Tensor& log_variance) {
  require(mean.sizes() == log_variance.sizes(), "gaussian_divergence: got ", mean.sizes(), " and ",
          log_variance.sizes(), ", expected one shape");
  const auto numbers = mean.square() + log_variance.exp() - log_variance - 1;
  return numbers.sum() / (2 * static_cast<double>(mean.size(0)));
}

}  // namespace ganvas
