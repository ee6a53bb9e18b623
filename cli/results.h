// Where a command's results go, looked at before its work.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ganvas {

/// A file to write, and the flag that names it; an empty path is none.
struct ResultFile {
  const char* flag;
  std::filesystem::path path;
};

/// Throws UsageError, before anything is done, if a result would replace an input or another result, or lies
/// where nothing can be written.
void require_results(const std::vector<ResultFile>& results,
                     const std::vector<std::filesystem::path>& inputs);

}  // namespace ganvas
