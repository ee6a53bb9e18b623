// Predicts whether a weight is still what something was made from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas::kernels {

struct WeightState {
  const void* numbers = nullptr;
  int64_t version = -1;

  /// Of a tensor that has a version: none made in inference mode.
  static WeightState of(const Tensor& weight) {
    return {weight.const_data_ptr(), static_cast<int64_t>(weight._version())};
  }
  bool operator==(const WeightState&) const = default;
};

}  // namespace ganvas::kernels
