// How alike two sets of images are as distributions.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/distribution.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/core/random.h"

namespace ganvas {
namespace {

void require_two_sets(const std::string& who, const Tensor& f, const Tensor& g, int64_t least) {
  const bool fit = f.dim() == 2 && g.dim() == 2 && f.size(0) >= least && g.size(0) >= least &&
                   f.size(1) == g.size(1);
  require(fit, who, ": got features of shapes ", f.sizes(), " and ", g.sizes(),
          ", expected [N, D] and [M, D], at least ", least, " of each");
}

Tensor covariance(const Tensor& x) {
  const auto centred = x - x.mean(0);
  return at::matmul(centred.t(), centred) / static_cast<double>(x.size(0) - 1);
}

/// Rows that are drawn without putting back.
Tensor draw_rows(const Tensor& x, int64_t count, uint64_t seed, int64_t number) {
  auto order = shuffled_order(x.size(0), seed, number);
  order.resize(static_cast<size_t>(count));
  return x.index_select(0, at::tensor(order));
}

constexpr int64_t kRowsAtOnce = 512;  // distances of all rows to all would not fit into memory

/// The distance of each row to its `neighbour`-th nearest other row.
Tensor radii(const Tensor& x, int64_t neighbour) {
  std::vector<Tensor> all;
  for (const auto& rows : x.split(kRowsAtOnce)) {  // the nearest is itself
    all.push_back(std::get<0>(at::cdist(rows, x).kthvalue(neighbour + 1, /*dim=*/1)));
  }
  return at::cat(all);
}

/// The share of rows that are like a set.
double share_within(const Tensor& rows, const Tensor& set, int64_t neighbour) {
  const auto reach = radii(set, neighbour).unsqueeze(0);
  int64_t near = 0;
  for (const auto& some : rows.split(kRowsAtOnce)) {
    near += at::cdist(some, set).le(reach).any(/*dim=*/1).sum().item<int64_t>();
  }
  return static_cast<double>(near) / static_cast<double>(rows.size(0));
}

}  // namespace

double kernel_distance(const Tensor& f, const Tensor& g) {
  require_two_sets("kernel distance", f, g, 2);
  const auto kernel = [](const Tensor& x, const Tensor& y) {
    return (at::matmul(x, y.t()) / static_cast<double>(x.size(1)) + 1).pow(3);
  };
  const auto within = [&](const Tensor& x) {
    const auto n = static_cast<double>(x.size(0));
    const auto values = kernel(x, x);
    return (values.sum() - values.trace()).item<double>() / (n * (n - 1));
  };
  const auto x = f.to(at::kDouble), y = g.to(at::kDouble);
  return within(x) + within(y) - 2 * kernel(x, y).mean().item<double>();
}

std::vector<double> kernel_distances(const Tensor& f, const Tensor& g, int64_t subsets,
                                     int64_t subset, uint64_t seed) {
  require_two_sets("kernel distance", f, g, subset);
  std::vector<double> distances;
  for (int64_t k = 0; k < subsets; ++k) {
    distances.push_back(
        kernel_distance(draw_rows(f, subset, seed, 2 * k), draw_rows(g, subset, seed, 2 * k + 1)));
  }
  return distances;
}

double frechet_distance(const Tensor& f, const Tensor& g) {
  require_two_sets("Frechet distance", f, g, 2);
  const auto x = f.to(at::kDouble), y = g.to(at::kDouble);
  const auto covariance_x = covariance(x), covariance_y = covariance(y);
  // S_x S_y has the eigenvalues of S_x^(1/2) S_y S_x^(1/2), which is symmetric: no complex numbers, no iteration.
  const auto [values, vectors] = at::linalg_eigh(covariance_x);
  const auto root = at::matmul(vectors * values.clamp_min(0).sqrt(), vectors.t());
  const auto shared = at::linalg_eigvalsh(at::matmul(at::matmul(root, covariance_y), root))
                          .clamp_min(0)
                          .sqrt()
                          .sum();
  const auto apart = (x.mean(0) - y.mean(0)).pow(2).sum();
  return (apart + covariance_x.trace() + covariance_y.trace() - 2 * shared).item<double>();
}

PrecisionRecall precision_and_recall(const Tensor& made, const Tensor& real, int64_t neighbour) {
  require_two_sets("precision and recall", made, real, neighbour + 1);
  const auto x = made.to(at::kDouble), y = real.to(at::kDouble);
  return {share_within(x, y, neighbour), share_within(y, x, neighbour)};
}

}  // namespace ganvas
