// Penalties on the slope of a discriminator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// What a discriminator makes of images: [N, C, H, W] -> scores [N, ...].
using Scorer = std::function<Tensor(const Tensor&)>;

/// Pulls the slope of a critic towards one on the lines between real and generated images.
///
///     x_hat   = u * real + (1 - u) * fake,      u ~ Uniform[0, 1], one per image
///     penalty = mean_n (|| grad critic(x_hat_n) ||_2 - 1)^2
///
/// The second term of Eq. 3 in Gulrajani et al., "Improved Training of Wasserstein GANs", NeurIPS
/// 2017 (arXiv:1704.00028), without its weight (10 in the paper). Scores of patches are averaged,
/// so that the scale of the penalty does not change with the image's size.
///
///   critic:  score n may depend on image n only, so no batch normalisation inside
///   real:    [N, C, H, W] float
///   fake:    as `real`; taken as a constant
///   returns: [] float, >= 0, differentiable in the critic's parameters
///
/// Draws N numbers from torch's default generator. Costs one forward and two backward passes.
/// Throws Error if the two shapes differ.
Tensor gradient_penalty(const Scorer& critic, const Tensor& real, const Tensor& fake);

/// Holds the slope of a discriminator down at real images.
///
///     penalty = 1/2 mean_n || grad discriminator(real_n) ||_2^2
///
/// R1 of Mescheder et al., "Which Training Methods for GANs do actually Converge?", ICML 2018
/// (arXiv:1801.04406), Eq. 9, without its weight gamma. Arguments and costs as above.
Tensor r1_penalty(const Scorer& discriminator, const Tensor& real);

}  // namespace ganvas
