// Files of numbers that commands write.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Throws UsageError unless write_numbers() can write a file of this name: .csv or .npy.
void require_number_file(const std::filesystem::path& out);

/// Writes [N, K] as the file's name asks, and says so.
///   header: of a .csv, "x,y"
void write_numbers(const Tensor& numbers, const std::string& header,
                   const std::filesystem::path& out);

}  // namespace ganvas
