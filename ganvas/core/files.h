// Files whole or not at all.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/core/error.h"

namespace ganvas {

namespace fs = std::filesystem;

/// What a disk that is full answers with: no further file will fit either.
class DiskFullError : public Error {
 public:
  using Error::Error;
};

/// Throws that `path` could not be written, with the system's reason; DiskFullError if it is that.
[[noreturn]] void refuse_writing(const fs::path& path, int reason);

/// Whether there is a file, a folder, or anything of this name. Unlike std::filesystem's these throw nothing: where a
/// folder on the way cannot be entered, or a name is too long, there is none.
bool is_file(const fs::path& path);
bool is_folder(const fs::path& path);
bool path_exists(const fs::path& path);

/// The bytes of a file. Throws Error if it cannot be read, with the system's reason.
std::string read_file(const fs::path& path);

/// A file that appears under its name only when it is complete.
///
/// Writes go to a neighbour with a temporary name; commit() flushes it to disk and renames it over
/// the target, so a reader, a full disk or a killed process never sees half a file. Without
/// commit() the destructor removes the neighbour. Not for sharing between threads.
class AtomicFile {
 public:
  /// Throws Error if the neighbour cannot be made (missing or read-only folder).
  explicit AtomicFile(fs::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Where to write with another library's writer, instead of write().
  const fs::path& temporary() const { return temporary_; }

  /// Throws Error when the disk is full.
  void write(const void* bytes, size_t count);

  /// Throws Error if the data cannot be brought to disk; the target is then as it was.
  void commit();

 private:
  fs::path target_, temporary_;
  int descriptor_ = -1;
};

/// Removes what AtomicFiles of this machine's processes that are no more left in a folder.
void remove_partial_files(const fs::path& folder);

/// Writes a whole file by way of AtomicFile.
void write_file(const fs::path& path, const std::string& bytes);

/// Makes a folder and its parents. Throws Error with the system's reason.
void make_folders(const fs::path& path);

/// Regular files in a folder, sorted by name; its subfolders are not entered.
/// Throws Error if it is not a folder that can be read.
std::vector<fs::path> list_files(const fs::path& folder);

/// What is neither a regular file nor a folder, nor a link to one: pipes, devices, links to nothing.
std::vector<fs::path> list_others(const fs::path& folder);

/// Folders in a folder, sorted by name. Throws Error if it is not a folder that can be read.
std::vector<fs::path> list_folders(const fs::path& folder);

}  // namespace ganvas
