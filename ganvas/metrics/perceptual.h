// How alike two images are to people, by maps that trained networks make of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// LPIPS: the sum over layers of the mean over places of the weighted squared distance of unit vectors,
///
///     sum_l mean_hw sum_c w_lc (f_lchw / |f_lhw| - g_lchw / |g_lhw|)^2
///
/// Zhang et al., CVPR 2018 (arXiv:1801.03924), Eq. 1.
///   f, g: a map for each layer, [1, C_l, H_l, W_l];  weights: [C_l] each
double lpips(const std::vector<Tensor>& f, const std::vector<Tensor>& g,
             const std::vector<Tensor>& weights);

/// DISTS: 1 less the weighted likeness of the means (texture) and of the deviations from them (structure) of each
/// channel. Ding et al., TPAMI 2020 (arXiv:2004.07728), Eqs. 4 to 6.
///   f, g: a map for each layer, [1, C_l, H_l, W_l], the image itself first
///   alpha, beta: weights of texture and structure of all channels in their order; their sum is 1
double dists(const std::vector<Tensor>& f, const std::vector<Tensor>& g, const Tensor& alpha,
             const Tensor& beta);

}  // namespace ganvas
