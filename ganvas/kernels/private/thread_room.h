// Memory that kernels fill and read within one call, kept by the thread as long as it lives: where an image goes through
// many layers, new memory would have to be cleared by the system for each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ops/empty.h>

namespace ganvas::kernels {

/// Room for so many numbers, of unknown contents; the next call on this thread may give the same.
template <typename Number>
Number* thread_room(int64_t numbers) {
  static thread_local at::Tensor room;
  if (!room.defined() || room.numel() < numbers) {
    room = at::empty(numbers, c10::CppTypeToScalarType<Number>::value);
  }
  return room.mutable_data_ptr<Number>();
}

}  // namespace ganvas::kernels
