// What discriminators and generators want of the scores.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/config.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// The ways in which scores (logits) become losses:
///
///     vanilla        softplus(-d) for real, softplus(d) for fake: cross-entropy with logits;
///                    Goodfellow et al., NeurIPS 2014 (arXiv:1406.2661), Eq. 1, the generator in
///                    its non-saturating form of section 3
///     least-squares  (d - 1)^2 for real, d^2 for fake; Mao et al., ICCV 2017 (arXiv:1611.04076),
///                    Eq. 9, without its factor 1/2
///     hinge          max(0, 1 - d) for real, max(0, 1 + d) for fake, -d for the generator;
///                    Lim and Ye 2017 (arXiv:1705.02894)
///     wasserstein    -d for real, d for fake, -d for the generator; Arjovsky et al., ICML 2017
///                    (arXiv:1701.07875), Eq. 3; d must be kept smooth by clipping or a penalty
enum class Adversarial { kVanilla, kLeastSquares, kHinge, kWasserstein };

/// The names above, in the order of the values.
Choices adversarial_names();

/// The discriminator's loss on scores of real images, on scores of generated ones, and the
/// generator's loss on the latter: means over all scores.
///
///   score: any shape (a patch discriminator gives [N, 1, h, w]);  returns [] float
Tensor real_loss(Adversarial objective, const Tensor& score);
Tensor fake_loss(Adversarial objective, const Tensor& score);
Tensor fooling_loss(Adversarial objective, const Tensor& score);

/// The relativistic average loss, which pulls each score of `above` over the mean of `below`, and
/// each of `below` under the mean of `above`:
///
///     mean softplus(mean(below) - above) + mean softplus(below - mean(above))
///
/// Jolicoeur-Martineau, ICLR 2019 (arXiv:1807.00734), section 4.2, as in ESRGAN (arXiv:1809.00219),
/// Eqs. 1 and 2. The discriminator wants real images above generated ones, the generator the
/// reverse.
///
///   above, below: scores of any shape;  returns [] float
Tensor relativistic_loss(const Tensor& above, const Tensor& below);

}  // namespace ganvas
