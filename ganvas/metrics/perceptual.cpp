// How alike two images are to people.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/perceptual.h"

#include <algorithm>

#include "ganvas/core/error.h"

namespace ganvas {

double lpips(const std::vector<Tensor>& f, const std::vector<Tensor>& g,
             const std::vector<Tensor>& weights) {
  constexpr double kEps = 1e-10;
  require(f.size() == weights.size() && g.size() == weights.size(), "LPIPS: got ", f.size(),
          " and ", g.size(), " maps, expected ", weights.size());
  const auto unit = [](const Tensor& x) {
    return x / (x.square().sum(1, /*keepdim=*/true).sqrt() + kEps);
  };
  double sum = 0;
  for (size_t i = 0; i < f.size(); ++i) {
    const auto apart = (unit(f[i]) - unit(g[i])).square();
    sum += (apart * weights[i].view({1, -1, 1, 1})).sum(1).mean().item<double>();
  }
  return sum;
}

double dists(const std::vector<Tensor>& f, const std::vector<Tensor>& g, const Tensor& alpha,
             const Tensor& beta) {
  constexpr double kNothing = 1e-6;
  require(f.size() == g.size(), "DISTS: got ", f.size(), " and ", g.size(), " maps");
  int64_t all = 0;
  for (const auto& map : f) all += map.size(1);
  require(all == alpha.numel() && all == beta.numel(), "DISTS: got maps of ", all,
          " channels in all, expected ", alpha.numel());
  double likeness = 0;
  int64_t first = 0;
  for (size_t i = 0; i < f.size(); ++i) {
    const int64_t channels = f[i].size(1);
    for (int64_t c = 0; c < channels;
         ++c) {  // one after the other, since double precision of all takes much memory
      const auto x = f[i].select(1, c).to(at::kDouble), y = g[i].select(1, c).to(at::kDouble);
      const auto x_mean = x.mean(), y_mean = y.mean();
      const auto x_rest = x - x_mean, y_rest = y - y_mean;
      const auto texture =
          (2 * x_mean * y_mean + kNothing) / (x_mean.square() + y_mean.square() + kNothing);
      const auto structure = (2 * (x_rest * y_rest).mean() + kNothing) /
                             (x_rest.square().mean() + y_rest.square().mean() + kNothing);
      likeness += (alpha[first + c] * texture + beta[first + c] * structure).item<double>();
    }
    first += channels;
  }
  return std::max(0.0, 1 - likeness);
}

}  // namespace ganvas
