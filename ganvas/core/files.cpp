// Files whole or not at all.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/files.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/host.h"

namespace ganvas {
namespace {

constexpr auto kPartialPrefix = ".partial-";

/// Names a machine and its numbering of processes, which folders on a network and containers share.
std::string place_of_processes() {
  std::array<char, 256> space{};
  [[maybe_unused]] const auto count =
      ::readlink("/proc/self/ns/pid", space.data(), space.size() - 1);
  const auto both = std::hash<std::string>()(host_name() + space.data());
  return std::to_string(both % 1'000'000);
}

/// ".partial-PLACE-PROCESS-": short, whatever the name of the target.
std::string partial_prefix(pid_t process) {
  static const auto place = place_of_processes();
  return kPartialPrefix + place + "-" + std::to_string(process) + "-";
}

/// The process that a temporary name of this machine is from; 0 for other names.
pid_t process_of(const std::string& name) {
  static const auto begin = kPartialPrefix + place_of_processes() + "-";
  return name.rfind(begin, 0) == 0 ? std::atoi(name.c_str() + begin.size()) : 0;
}

}  // namespace

void refuse_writing(const fs::path& path, int reason) {
  const auto text = c10::str(path.string(), ": writing failed: ", std::strerror(reason),
                             "; the file was left as it was");
  if (reason == ENOSPC || reason == EDQUOT) throw DiskFullError(text);
  throw Error(text);
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool path_exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string read_file(const fs::path& path) {
  require(!is_folder(path), path.string(), ": got a folder, expected a file");
  std::ifstream in(path, std::ios::binary);
  require(in.good(), path.string(), ": cannot read it: ", std::strerror(errno));
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  require(!in.bad(), path.string(), ": reading failed: ", std::strerror(errno));
  return bytes;
}

namespace {

/// True for devices, pipes and sockets, and for names of what a process has open: /dev/stdout.
bool is_special(const fs::path& path) {
  std::error_code none;
  const auto name = fs::absolute(path, none).lexically_normal();
  const auto folder = name.parent_path().string();
  if (folder == "/dev" || folder == "/dev/fd" || folder.rfind("/proc/", 0) == 0) return true;
  const auto type = fs::status(path, none).type();
  return type == fs::file_type::character || type == fs::file_type::block ||
         type == fs::file_type::fifo || type == fs::file_type::socket;
}

}  // namespace

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
  require(!is_special(target_), target_.string(), ": got a device or a pipe, expected a file");
  static std::atomic<int64_t> number = 0;
  // A link stays one, and what it leads to is replaced.
  std::error_code none;
  if (fs::is_symlink(target_, none)) {
    const auto real = fs::weakly_canonical(target_, none);
    if (!none) target_ = real;
  }
  // A name that nobody has: a process of the same number may have died here before.
  do {
    temporary_ = target_.parent_path() / (partial_prefix(::getpid()) + std::to_string(++number));
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
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
    if (written <= 0) refuse_writing(target_, errno);
    next += written;
    count -= static_cast<size_t>(written);
  }
}

namespace {

/// Makes a rename last through a power cut. Where a file system cannot, the file is whole all the same.
void sync_folder(const fs::path& folder) {
  const int open =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (open < 0) return;
  ::fsync(open);
  ::close(open);
}

}  // namespace

void AtomicFile::commit() {
  // Another writer may have put a new file under the temporary name.
  const int written = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = written >= 0 && (::fsync(written) == 0 || errno == EINVAL);
  const int reason = errno;
  if (written >= 0) ::close(written);
  errno = reason;
  const bool renamed = flushed && ::rename(temporary_.c_str(), target_.c_str()) == 0;
  if (!renamed) refuse_writing(target_, errno);
  sync_folder(target_.parent_path());
  ::close(descriptor_);
  descriptor_ = -1;
}

void remove_partial_files(const fs::path& folder) {
  for (const auto& path : list_files(folder)) {
    const auto process = process_of(path.filename().string());
    const bool is_dead = process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
    std::error_code ignored;  // who may not write here cannot have left it
    if (is_dead) fs::remove(path, ignored);
  }
}

void write_file(const fs::path& path, const std::string& bytes) {
  if (is_special(path)) {  // /dev/stdout: a new file must not take its place
    std::ofstream out(path, std::ios::binary | std::ios::app);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    require(out.good(), path.string(), ": cannot write it");
    return;
  }
  AtomicFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

void make_folders(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  require(!code && is_folder(path), path.string(), ": cannot make this folder: ",
          code ? code.message() : "a file of that name is in the way");
}

namespace {

/// The entries of a folder whose type is as wanted, sorted by name.
std::vector<fs::path> list_entries(const fs::path& folder,
                                   const std::function<bool(fs::file_type)>& is_wanted) {
  std::error_code code;
  require(fs::exists(folder, code), folder.string(), ": no such folder");
  require(fs::is_directory(folder, code), folder.string(), ": got a file, expected a folder");
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code)) {
    std::error_code unreachable;  // a link to nowhere, or to itself
    if (is_wanted(entry->status(unreachable).type())) found.push_back(entry->path());
  }
  require(!code, folder.string(), ": cannot read this folder: ", code.message());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<fs::path> list_files(const fs::path& folder) {
  return list_entries(folder, [](fs::file_type type) { return type == fs::file_type::regular; });
}

std::vector<fs::path> list_folders(const fs::path& folder) {
  return list_entries(folder, [](fs::file_type type) { return type == fs::file_type::directory; });
}

std::vector<fs::path> list_others(const fs::path& folder) {
  return list_entries(folder, [](fs::file_type type) {
    return type != fs::file_type::regular && type != fs::file_type::directory;
  });
}

}  // namespace ganvas
