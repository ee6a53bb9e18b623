// Images by way of their codes: between two of them, and with an attribute added.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/inference/model.h"

namespace ganvas {

/// Codes [steps, Z] from `first` to `last` [Z] along the arc between them, both included, which
/// keeps the length that codes of noise have; White, 2016 (arXiv:1609.04468). Parallel ones are
/// joined by a line.
Tensor arc(const Tensor& first, const Tensor& last, int64_t steps);

/// The same along a line: for codes that an encoder found.
Tensor line(const Tensor& first, const Tensor& last, int64_t steps);

/// The codes [N, Z] of images [C, H, W] of any size.
///   Throws UsageError if the model's method does not encode.
Tensor codes_of(const Model& model, const std::vector<Tensor>& images);

/// What is in the codes of some images and not of others: the difference of the means [Z];
/// Larsen et al., ICML 2016 (arXiv:1512.09300), section 4.1.
Tensor attribute(const Tensor& codes_with, const Tensor& codes_without);

/// The images [N, C, H, W] on the CPU that codes [N, Z] stand for, all of class `label` where the
/// method knows classes.
///   Throws UsageError if the method draws nothing from codes.
Tensor images_of(const Model& model, const Tensor& codes, int64_t label = 0);

}  // namespace ganvas
