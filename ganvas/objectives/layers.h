// How far apart two images are by what the layers of a network make of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The sum over layers of mean absolute differences: feature matching, Wang et al., CVPR 2018
/// (arXiv:1711.11585), Eq. 4, and PAN's S, Wang et al. 2018 (arXiv:1706.09138), Eq. 2, with equal weights.
///
///   made, target: what each layer of a discriminator makes; the last, its score, is left out
///   returns [] float
Tensor feature_matching_distance(const std::vector<Tensor>& made,
                                 const std::vector<Tensor>& target);

/// The sum over layers of mean squared differences; Eq. 5 of Ledig et al., CVPR 2017, as a mean.
Tensor squared_layer_distance(const std::vector<Tensor>& made, const std::vector<Tensor>& target);

/// The sum over layers of squared distances of the features of a position, made as long as 1, as a mean
/// over positions: Zhang et al., CVPR 2018 (arXiv:1801.03924), Eq. 1, with equal weights.
Tensor unit_layer_distance(const std::vector<Tensor>& made, const std::vector<Tensor>& target);

}  // namespace ganvas
