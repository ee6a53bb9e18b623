// Classes as networks take them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/batch.h"
#include "ganvas/core/image_spec.h"

namespace ganvas {

/// Throws UsageError if the data are known to have more classes than --class-count says; 0 asks for nothing.
void require_class_count(int64_t classes, const ImageSpec& spec);

/// Throws UsageError if there are no labels [N], or if one is not in 0 to classes - 1; `classes` is the knob
/// --class-count, and 0 asks for nothing. Waits for the labels' device.
void require_classes(const Tensor& labels, int64_t classes);

/// Of each label, as require_classes() wants them, a row of zeros and a one: [N] int64 -> [N, classes] float;
/// undefined if classes = 0.
Tensor one_hot_classes(const Tensor& labels, int64_t classes);

}  // namespace ganvas
