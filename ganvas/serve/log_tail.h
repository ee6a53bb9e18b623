// A log that someone else is writing, read as it grows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace ganvas {

/// The lines of a file, each once. Not for sharing between threads.
class LogTail {
 public:
  explicit LogTail(std::filesystem::path path) : path_(std::move(path)) {}

  /// Calls `hear` with each whole line that is new. If the file became another one (a run that goes on cuts its log),
  /// calls `begin_anew` first and then goes through all of it.
  ///   returns: true if it called anything
  bool read(const std::function<void(const std::string&)>& hear,
            const std::function<void()>& begin_anew);

 private:
  bool is_as_before(uintmax_t size) const;

  std::filesystem::path path_;
  uintmax_t offset_ = 0;   // behind the last whole line
  std::string last_ = {};  // that line
};

}  // namespace ganvas
