// How far a distribution is from another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The Kullback-Leibler divergence of N(mean, diag exp(log_variance)) from N(0, I):
///
///     1/2 sum (mean^2 + exp(log_variance) - log_variance - 1)
///
/// Appendix B of Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014
/// (arXiv:1312.6114), in nats: a sum over the code, a mean over the batch.
///
///   mean, log_variance: [N, ...];  returns [] float, >= 0
///   Throws Error if the shapes differ.
Tensor gaussian_divergence(const Tensor& mean, const Tensor& log_variance);

/// The energy distance of two sets of points, in expectation 0 where they follow one distribution:
///
///     2 E |x - y| - E |x - x'| - E |y - y'|
///
/// Szekely and Rizzo, "Energy statistics", J. Stat. Plan. Inference 143 (2013), section 2; means over
/// all pairs, a point with itself left out, so that its gradient is unbiased (Bellemare et al.,
/// arXiv:1705.10743, section 4).
///
///   x: [N, D];  y: [M, D], N and M at least 2;  returns [] of their type
Tensor energy_distance(const Tensor& x, const Tensor& y);

}  // namespace ganvas
