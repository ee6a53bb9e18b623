// Classes as networks take them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/classes.h"

#include <ATen/ops/arange.h>

#include "ganvas/core/error.h"

namespace ganvas {

void require_class_count(int64_t classes, const ImageSpec& spec) {
  const auto known = static_cast<int64_t>(spec.classes().size());
  require_usage(classes == 0 || known <= classes, "--class-count: got ", classes,
                ", but the data have ", known, " classes: ", spec.class_names);
}

void require_classes(const Tensor& labels, int64_t classes) {
  if (classes == 0) return;
  require_usage(labels.defined(), "--class-count: got ", classes, ", but the data have no classes");
  const auto least = labels.min().item<int64_t>(), largest = labels.max().item<int64_t>();
  require_usage(least >= 0, "--class-count: got ", classes,
                ", but some images have no class; expected a folder for each class");
  require_usage(largest < classes, "--class-count: got ", classes, ", but the data have a class ",
                largest);
}

Tensor one_hot_classes(const Tensor& labels, int64_t classes) {
  if (classes == 0) return {};
  return labels.unsqueeze(1).eq(at::arange(classes, labels.options())).to(at::kFloat);
}

}  // namespace ganvas
