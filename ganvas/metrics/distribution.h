// How alike two sets of images are as distributions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The kernel distance of two sets of feature vectors: an unbiased estimate that is 0 on average
/// where both follow one distribution, and may fall below.
///
///     mean over pairs i != j of k(f_i, f_j) + the same of g - 2 mean of k(f_i, g_j),
///     k(x, y) = (x . y / D + 1)^3
///
/// Binkowski et al., "Demystifying MMD GANs", ICLR 2018 (arXiv:1801.01401), section 4 ("KID"), over
/// all images at once.
///
///   f: [N, D];  g: [M, D], N and M at least 2
///   Throws Error on other shapes.
double kernel_distance(const Tensor& f, const Tensor& g);

/// kernel_distance() of subsets that are drawn without putting back, as many of each set: a number for each subset. Their
/// mean is KID as the paper's code gives it, their spread says how sure it is.
///
///   subset: images of each, at most the smaller set's;  the same seed draws the same
std::vector<double> kernel_distances(const Tensor& f, const Tensor& g, int64_t subsets,
                                     int64_t subset, uint64_t seed);

/// The Frechet distance of the normal distributions that have the means and covariances of two sets of feature vectors:
///
///     |m_f - m_g|^2 + tr(S_f + S_g - 2 (S_f S_g)^(1/2)),  S divided by N - 1
///
/// Heusel et al., "GANs Trained by a Two Time-Scale Update Rule ...", NIPS 2017 (arXiv:1706.08500), Eq. 6. Biased: with
/// few images it is too large, the more so the fewer. In double; two eigenvalue problems of D x D.
///   f, g: [N, D], [M, D], at least 2 of each
double frechet_distance(const Tensor& f, const Tensor& g);

/// How much of what was made is like the data, and how much of the data is like something made, in 0..1.
struct PrecisionRecall {
  double precision = 0, recall = 0;
};

/// A vector is like a set if it is no further from one of its vectors than that one's `neighbour`-th nearest in the set;
/// Kynkaanniemi et al., "Improved Precision and Recall Metric ...", NeurIPS 2019 (arXiv:1904.06991), Eq. 1.
///   made, real: [N, D], [M, D], more than `neighbour` of each
PrecisionRecall precision_and_recall(const Tensor& made, const Tensor& real, int64_t neighbour = 3);

}  // namespace ganvas
