// Files whole or not at all.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

constexpr auto kPartialPrefix = ".partial-";

}  // namespace

std::string read_file(const fs::path& path) {
  require(!fs::is_directory(path), path.string(), ": got a folder, expected a file");
  std::ifstream in(path, std::ios::binary);
  require(in.good(), path.string(), ": cannot read it: ", std::strerror(errno));
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  require(!in.bad(), path.string(), ": reading failed: ", std::strerror(errno));
  return bytes;
}

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
  // The extension stays at the end: image writers choose their format by it.
  temporary_ = target_.parent_path() /
               (kPartialPrefix + std::to_string(::getpid()) + "-" + target_.filename().string());
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  require(descriptor_ >= 0, target_.string(), ": cannot write it: ", std::strerror(errno));
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* bytes, size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, next, count);
    if (written < 0 && errno == EINTR) continue;
    require(written > 0, target_.string(), ": writing failed: ", std::strerror(errno),
            "; the file was left as it was");
    next += written;
    count -= static_cast<size_t>(written);
  }
}

void AtomicFile::commit() {
  const bool flushed = ::fsync(descriptor_) == 0 || errno == EINVAL;
  const bool renamed = flushed && ::rename(temporary_.c_str(), target_.c_str()) == 0;
  require(renamed, target_.string(), ": writing failed: ", std::strerror(errno),
          "; the file was left as it was");
  ::close(descriptor_);
  descriptor_ = -1;
}

void remove_partial_files(const fs::path& folder) {
  for (const auto& path : list_files(folder)) {
    if (path.filename().string().rfind(kPartialPrefix, 0) == 0) fs::remove(path);
  }
}

void write_file(const fs::path& path, const std::string& bytes) {
  AtomicFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

void make_folders(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  require(!code && fs::is_directory(path), path.string(), ": cannot make this folder: ",
          code ? code.message() : "a file of that name is in the way");
}

namespace {

/// The entries of a folder that are of this type, sorted by name.
std::vector<fs::path> list_entries(const fs::path& folder, fs::file_type type) {
  std::error_code code;
  require(fs::exists(folder, code), folder.string(), ": no such folder");
  require(fs::is_directory(folder, code), folder.string(), ": got a file, expected a folder");
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code)) {
    if (entry->status().type() == type) found.push_back(entry->path());
  }
  require(!code, folder.string(), ": cannot read this folder: ", code.message());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<fs::path> list_files(const fs::path& folder) {
  return list_entries(folder, fs::file_type::regular);
}

std::vector<fs::path> list_folders(const fs::path& folder) {
  return list_entries(folder, fs::file_type::directory);
}

}  // namespace ganvas
