// IDX files, the format of MNIST: gzip or plain.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Reads an IDX file of bytes (magic 0x0000'08'nn, big-endian sizes) of up to 3 dimensions.
///
///   returns: uint8, of the file's shape: images [count, height, width], labels [count]
///   Throws Error naming the path if it is no such file, is cut off, or claims over 2^31 bytes.
Tensor read_idx(const std::filesystem::path& path);

}  // namespace ganvas
