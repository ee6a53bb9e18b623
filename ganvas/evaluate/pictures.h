// What a model of one set of pictures is worth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/evaluate.h"
#include "ganvas/evaluate/figures.h"
#include "ganvas/translate/translator.h"

namespace ganvas {

/// What there is to measure with.
struct PictureTools {
  Features features;       // none leaves the distances out
  int64_t samples = 1000;  // pictures from noise to measure
  std::function<void(int64_t done, int64_t all)> on_picture = [](int64_t, int64_t) {};

  /// Called with each picture [C, H, W] and what comes back of it, if the model has it come back.
  std::function<void(const Tensor& picture, const Tensor& again)> on_again = [](const Tensor&,
                                                                                const Tensor&) {};

  /// Called with each picture from noise, if the model makes such.
  std::function<void(const Tensor& made)> on_made = [](const Tensor&) {};
};

/// Measures what the method can do:
///
///     l1, psnr, ssim, sharpness, grid, features   of what comes back of each picture, beside the picture:
///                                           those of Fidelity
///     sample_...                            of pictures from noise: those of append_crowd()
///
/// Every picture of `data` counts once. Stops early when interrupted.
///   Throws UsageError if the method neither translates nor samples.
Figures evaluate_pictures(const Translator& model, const Dataset& data, const PictureTools& tools);

}  // namespace ganvas
