// How wrong a classifier is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The mean cross-entropy between scores and classes: -log softmax(scores)[label].
///
///   scores:  [N, K] or [N, K, 1, 1];  labels: [N] int64 in 0..K-1
///   weights: [K], how much each class counts in the mean; undefined: all alike
///   returns: [] float
///   Throws Error if the counts differ, UsageError if there are no labels.
Tensor cross_entropy(const Tensor& scores, const Tensor& labels, const Tensor& weights = {});

}  // namespace ganvas
