// What a model is worth on two domains without pairs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/evaluate.h"
#include "ganvas/evaluate/figures.h"
#include "ganvas/translate/translator.h"

namespace ganvas {

/// What there is to measure with.
struct DomainTools {
  const Translator* judge = nullptr;  // a trained classifier of the two domains, or none
  std::string derive_b = "none";      // how domain b was made of a, if it was
  Features features;                  // none leaves distances of pictures from noise out
  int64_t samples = 1000;             // pictures of each domain from noise to measure
  std::function<void(int64_t done, int64_t all)> on_picture = [](int64_t, int64_t) {};

  /// Called with each picture [C, H, W] of the direction's first domain, its translation, and what
  /// came back: undefined if the method cannot.
  std::function<void(Direction, const Tensor& picture, const Tensor& made, const Tensor& again)>
      on_translated = [](Direction, const Tensor&, const Tensor&, const Tensor&) {};

  /// Called with each pair from noise, if the model makes such.
  std::function<void(const Tensor& a, const Tensor& b)> on_made = [](const Tensor&, const Tensor&) {
  };
};

/// Measures what the method can do:
///
///     cycle_l1_a, cycle_l1_b    mean absolute difference of a picture and what comes back by way
///                               of the other domain, as a share of the range
///     a_taken_for_b, ...        with a judge: share of a's translations that it takes for domain
///                               b; untouched pictures beside them (its errors), and its accuracy
///     accuracy_a, accuracy_b    with a classifier and labels: share of right classes
///     grid_a, grid_b            grid_energy() of translations of the domain over that of their
///                               originals, geometric mean
///     pair_agreement            with derived domains: share of pixels of sampled pairs that are on
///                               the same side of half the range once the first is transformed
///
///     sample_..._a, ..._b       of pictures from noise: those of append_crowd()
///
/// Every picture of `data` counts once. Stops early when interrupted.
Figures evaluate_domains(const Translator& model, const Dataset& data, const DomainTools& tools);

}  // namespace ganvas
