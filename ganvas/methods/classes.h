// Classes as networks take them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/batch.h"

namespace ganvas {

/// Of each label a row of zeros and a one: [N] int64 -> [N, classes] float; undefined if classes = 0.
///   Throws UsageError if there are no labels, or if one is not below `classes`, the knob
///   --class-count.
Tensor one_hot_classes(const Tensor& labels, int64_t classes);

}  // namespace ganvas
