// How alike two sets of images are as distributions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace ganvas
