// Everything in ganvas that reads files of strangers, as one table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ganvas::fuzz {

/// One row: a reader, and under which name it finds its file.
struct Reader {
  std::string name;
  std::string file;    // "model.pth"
  std::string second;  // of formats with two files: what follows the first NUL is put here
  void (*read)(const std::filesystem::path& path);  // may throw ganvas::Error, and nothing else
};

const std::vector<Reader>& readers();

/// Puts the bytes into files in `folder` and reads them; a refusal by ganvas::Error is as good as success.
void read_bytes(const Reader& reader, std::string_view bytes, const std::filesystem::path& folder);

}  // namespace ganvas::fuzz
