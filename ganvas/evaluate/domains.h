// What a model is worth on two domains without pairs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// How domain b was made of a, if it was: an image of a -> [C, H, W].
using Derivation = std::function<Tensor(const Tensor& image)>;

/// Measures what the method can do:
///
///     cycle_l1_a, cycle_l1_b    mean absolute difference of an image and what comes back by way
///                               of the other domain, as a share of the range
///     a_taken_for_b, ...        with a judge: share of a's translations that it takes for domain
///                               b; untouched images beside them (its errors), and its accuracy
///     accuracy_a, accuracy_b    with a classifier and labels: share of right classes
///     grid_a, grid_b            grid_energy() of translations of the domain over that of their
///                               originals, geometric mean
///     pair_agreement            with a derivation: share of pixels of sampled pairs that are on
///                               the same side of half the range once the first is transformed
///
///     sample_..._a, ..._b       of images from noise: those of append_crowd()
///
/// Every image of `data` counts once, up to what the options limit. The sheet shows images, their
/// translations and what comes back, from domain a at the left and b at the right; or, where nothing is
/// translated, images from noise. Stops early when interrupted.
///   derive: none leaves pair_agreement out
Report measure_domains(const Model& model, const Dataset& data, const Derivation& derive,
                       const MeasureOptions& options);

}  // namespace ganvas
