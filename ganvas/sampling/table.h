// Numbers as files that other programs read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Reads lines of numbers with commas, semicolons, tabs or blanks between; lines that begin with #
/// and a header are passed over.
///
///   text, name:  of the file
///   least, most: how many numbers a line may have; all have as many as the first
///   Throws UsageError naming the line that is not of this form, and `expected`.
std::vector<std::vector<double>> read_table(const std::string& text, const std::string& name,
                                            size_t least, size_t most, const std::string& expected);

/// A header and a line for each row, with digits enough to read the numbers back.
///   numbers: [N, K] float64;  header: "x,y"
std::string to_csv(const Tensor& numbers, const std::string& header);

/// The bytes of a NumPy file, version 1.0, little-endian float64.
///   numbers: [N, K];  a single column becomes one dimension
std::string to_npy(const Tensor& numbers);

}  // namespace ganvas
