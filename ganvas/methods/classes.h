// Classes as networks take them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/batch.h"

namespace ganvas {

/// Throws UsageError if there are no labels [N], or if one is not below `classes`, the knob
/// --class-count, which is not 0.
void require_classes(const Tensor& labels, int64_t classes);

/// Of each label a row of zeros and a one: [N] int64 -> [N, classes] float, of zeros alone for a label
/// that is no class; undefined if classes = 0.
Tensor one_hot_classes(const Tensor& labels, int64_t classes);

}  // namespace ganvas
