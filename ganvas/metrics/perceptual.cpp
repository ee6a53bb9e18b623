// How alike two images are to people.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/perceptual.h"

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
  double likeness = 0;
  int64_t first = 0;
  for (size_t i = 0; i < f.size(); ++i) {
    const auto x = f[i].flatten(2).squeeze(0).to(at::kDouble),
               y = g[i].flatten(2).squeeze(0).to(at::kDouble);
    const int64_t channels = x.size(0);
    const auto x_mean = x.mean(1), y_mean = y.mean(1);
    const auto texture =
        (2 * x_mean * y_mean + kNothing) / (x_mean.square() + y_mean.square() + kNothing);
    const auto x_rest = x - x_mean.unsqueeze(1), y_rest = y - y_mean.unsqueeze(1);
    const auto structure = (2 * (x_rest * y_rest).mean(1) + kNothing) /
                           (x_rest.square().mean(1) + y_rest.square().mean(1) + kNothing);
    likeness += ((alpha.narrow(0, first, channels) * texture).sum() +
                 (beta.narrow(0, first, channels) * structure).sum())
                    .item<double>();
    first += channels;
  }
  require(first == alpha.numel() && first == beta.numel(), "DISTS: got maps of ", first,
          " channels in all, expected ", alpha.numel());
  return 1 - likeness;
}

}  // namespace ganvas
