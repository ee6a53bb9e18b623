// The memory of tensors on the CPU.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ganvas {

/// From now on torch takes the memory of large tensors on the CPU from pages that are kept when a
/// tensor is freed, and handed to those to come: the C library gives large blocks back to the system,
/// which takes the time to clear them again, or, told to keep them, leaves gaps that no map fits.
/// Tensors that are there already stay where they are. For all threads; the numbers of tensors do
/// not depend on it. With AddressSanitizer nothing changes, so that it sees each tensor.
void keep_tensor_memory();

/// Gives what is kept back to the system. For the end of a work larger than what comes after it.
void release_tensor_memory();

/// Bytes of large tensors now, and of pages kept for others. What is kept is never more than what
/// the tensors at once have taken at most since the last release, plus an eighth, less those of now.
struct TensorMemory {
  size_t used, kept;
};
TensorMemory tensor_memory();

}  // namespace ganvas
