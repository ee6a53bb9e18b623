// A log that someone else is writing, read as it grows.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/log_tail.h"

#include <fstream>

namespace ganvas {

/// Whether what was read last still lies where it lay.
bool LogTail::is_as_before(uintmax_t size) const {
  if (size < offset_) return false;
  if (last_.empty()) return true;
  std::ifstream in(path_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset_ - last_.size() - 1));
  std::string line;
  return std::getline(in, line) && line == last_;
}

bool LogTail::read(const std::function<void(const std::string&)>& hear,
                   const std::function<void()>& begin_anew) {
  std::error_code none;
  auto size = std::filesystem::file_size(path_, none);
  if (none) size = 0;
  bool has_called = false;
  if (!is_as_before(size)) {
    offset_ = 0;
    last_.clear();
    begin_anew();
    has_called = true;
  }
  if (size == offset_) return has_called;
  std::ifstream in(path_, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset_));
  for (std::string line; std::getline(in, line) && !in.eof();) {
    offset_ += line.size() + 1;
    hear(line);
    last_ = std::move(line);
    has_called = true;
  }
  return has_called;
}

}  // namespace ganvas
