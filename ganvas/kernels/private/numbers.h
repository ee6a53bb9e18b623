// The types of the numbers that the kernels take.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/util/BFloat16.h>

#include "ganvas/core/tensor.h"

namespace ganvas::kernels {

/// True of fp32 and bf16 on the CPU.
inline bool has_known_numbers(const Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

/// Calls work(T()) with T the type of the numbers of x: float or c10::BFloat16.
template <typename Work>
void with_type_of(const Tensor& x, const Work& work) {
  if (x.scalar_type() == at::kBFloat16) return work(c10::BFloat16());
  work(float());
}

}  // namespace ganvas::kernels
