// Where a command's results go, looked at before its work.
// SPDX-License-Identifier: Apache-2.0
#include "cli/results.h"

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"

namespace ganvas {
namespace {

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code none;  // where one of them is not there
  return fs::equivalent(a, b, none) ||
         fs::absolute(a).lexically_normal() == fs::absolute(b).lexically_normal();
}

}  // namespace

void require_results(const std::vector<ResultFile>& results, const std::vector<fs::path>& inputs) {
  for (size_t i = 0; i < results.size(); ++i) {
    const auto& [flag, path] = results[i];
    if (path.empty()) continue;
    require_usage(!is_folder(path), flag, ": got ", path.string(),
                  ", which is a folder, expected a file");
    const auto folder = path.parent_path();
    require_usage(folder.empty() || is_folder(folder), flag, ": got ", path.string(),
                  ", but there is no folder ", folder.string());
    // What a text takes the place of was another one's, if anything was there.
    const auto ending = path.extension();
    const bool is_text = flag == std::string("--json") || flag == std::string("--csv") ||
                         flag == std::string("--html");
    const bool may_replace =
        !path_exists(path) ||
        !(has_image_name(path) || ending == ".safetensors" || ending == ".pth" || ending == ".pt" ||
          ending == ".bin" || ending == ".onnx");
    require_usage(!is_text || may_replace, flag, ": got ", path.string(),
                  ", which is there and is no text; name another file");
    for (const auto& input : inputs) {
      require_usage(input.empty() || !is_same_file(path, input), flag, ": got ", path.string(),
                    ", which is an input; name another file");
    }
    for (size_t k = 0; k < i; ++k) {
      require_usage(results[k].path.empty() || !is_same_file(path, results[k].path), flag, ": got ",
                    path.string(), ", which ", results[k].flag, " names too; name another file");
    }
  }
}

}  // namespace ganvas
