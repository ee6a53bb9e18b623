// Numbers as files that other programs read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// A header and a line for each row, with digits enough to read the numbers back.
///   numbers: [N, K] float64;  header: "x,y"
std::string to_csv(const Tensor& numbers, const std::string& header);

/// The bytes of a NumPy file, version 1.0, little-endian float64.
///   numbers: [N, K];  a single column becomes one dimension
std::string to_npy(const Tensor& numbers);

}  // namespace ganvas
