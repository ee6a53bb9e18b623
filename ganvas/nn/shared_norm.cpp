// Batch norm over the samples of all processes.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/shared_norm.h"

namespace ganvas {
BatchMoments moments_of(const Tensor& input, const WholeBatch& whole) {
  const auto x = input.to(at::kFloat);
  const std::vector<int64_t> places = {0, 2, 3};
  const double count = static_cast<double>(whole.size * x.size(2) * x.size(3)) *
                       static_cast<double>(x.size(0)) / static_cast<double>(whole.count);
  const auto mean = whole.total(x.sum(places, /*keepdim=*/true)) / count;
  const auto variance = whole.total((x - mean).square().sum(places, /*keepdim=*/true)) / count;
  return {mean, variance, count};
}

}  // namespace ganvas
