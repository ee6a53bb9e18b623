// How wrong a classifier is.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/classification.h"

#include <ATen/ops/cross_entropy_loss.h>

#include "ganvas/core/error.h"
#include "ganvas/core/whole_batch.h"

namespace ganvas {

Tensor cross_entropy(const Tensor& scores, const Tensor& labels, const Tensor& weights) {
  require_usage(labels.defined(),
                "cross_entropy: the data have no labels, which this loss needs; use IDX files with "
                "labels, or a folder for each class");
  require(scores.size(0) == labels.size(0), "cross_entropy: got ", scores.size(0), " scores for ",
          labels.size(0), " labels");
  const auto loss = at::cross_entropy_loss(scores.to(at::kFloat).flatten(1), labels, weights);
  if (!weights.defined() || whole_batch() == nullptr) return loss;
  const auto weight = weights.index_select(0, labels).mean();  // by whose sum the loss is divided
  return loss * weight / mean_of_batch(weight);
}

}  // namespace ganvas
