// Telling what belongs together from what does not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// PatchNCE of Park et al., ECCV 2020 (arXiv:2007.15651), Eq. 3: how well each place of a made image is
/// told, by its features, to come from the same place of its source, among the other places of it; the mean
/// cross-entropy.
///
///   made, source: [N, P, D], the features of P places; they are made as long as 1 here
///   temperature:  over 0; 0.07 in the paper
///   returns [] float. Throws Error on other shapes.
Tensor patch_contrast(const Tensor& made, const Tensor& source, double temperature);

}  // namespace ganvas
