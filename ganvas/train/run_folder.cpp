// What a run's folder says of it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/run_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/host.h"
#include "ganvas/core/json.h"
#include "ganvas/core/version.h"
#include "ganvas/store/checkpoint.h"

namespace ganvas {
namespace {

fs::path config_of_run(const fs::path& folder) {
  return folder / "config.json";
}

}  // namespace

RunLock::RunLock(const fs::path& folder) {
  const auto file = folder / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) return;  // a folder that cannot be written is told by who writes
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
    const auto owner = c10::str(::getpid(), " on ", host_name(), "\n");
    // Where it cannot be written, the lock holds all the same.
    if (::ftruncate(descriptor_, 0) != 0) return;
    [[maybe_unused]] const auto written = ::write(descriptor_, owner.data(), owner.size());
    return;
  }
  const int reason = errno;
  ::close(descriptor_);
  descriptor_ = -1;
  if (reason != EWOULDBLOCK) return;  // a file system without locks
  auto other = read_file(file);
  other.erase(other.find_last_not_of('\n') + 1);
  throw Error(c10::str("--run: ", folder.string(),
                       ": another ganvas is at work on this run (process ", other,
                       "); wait for it, or stop it first"));
}

RunLock::~RunLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int64_t process_at_work(const fs::path& folder) {
  // Read off the system's table of locks: trying the lock would hold off a training that begins meanwhile.
  struct stat file{};
  if (::stat((folder / ".lock").c_str(), &file) != 0) return 0;
  const auto inode = c10::str(":", file.st_ino);
  std::ifstream table("/proc/locks");
  std::string number, kind, mode, access, process,
      place;  // "1: FLOCK ADVISORY WRITE 8001 fe:00:123 0 EOF"
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    words >> number >> kind >> mode >> access >> process >> place;
    const bool is_this = place.size() > inode.size() && place.ends_with(inode);
    if (kind == "FLOCK" && is_this) return std::strtoll(process.c_str(), nullptr, 10);
  }
  return 0;
}

int64_t step_of(const fs::path& file) {
  const auto name = file.stem().string();
  if (name.rfind("step-", 0) != 0) return -1;
  return std::strtoll(name.c_str() + 5, nullptr, 10);
}

void prune_checkpoints(const fs::path& folder, const Keep& keep) {
  const auto all = list_checkpoints(folder);
  const auto healthy = std::find_if(all.rbegin(), all.rend(), [&](const fs::path& path) {
    return step_of(path) <= keep.healthy_step;
  });
  for (size_t i = 0; i + static_cast<size_t>(keep.newest) < all.size(); ++i) {
    const bool is_for_good = keep.every > 0 && step_of(all[i]) % keep.every == 0;
    const bool is_healthy = healthy != all.rend() && all[i] == *healthy;
    if (!is_for_good && !is_healthy) fs::remove(all[i]);
  }
}

void thin_sheets(const fs::path& folder, int64_t most) {
  auto files = list_files(folder / "samples");
  std::erase_if(files, [](const fs::path& file) { return step_of(file) < 0; });
  while (std::ssize(files) > most && files.size() > 2) {
    size_t closest = 1;
    const auto gap = [&](size_t i) { return step_of(files[i + 1]) - step_of(files[i - 1]); };
    for (size_t i = 2; i + 1 < files.size(); ++i) {
      if (gap(i) < gap(closest)) closest = i;
    }
    fs::remove(files[closest]);
    files.erase(files.begin() + static_cast<std::ptrdiff_t>(closest));
  }
}

void remove_start(const fs::path& folder) {
  std::error_code stays;  // a folder with something else in it
  for (const auto* file : {"config.json", "events.jsonl", ".lock"})
    fs::remove(folder / file, stays);
  for (const auto& inner : {folder / "checkpoints", folder / "samples", folder}) {
    fs::remove(inner, stays);
  }
}

fs::path set_aside(const fs::path& checkpoint, const std::string& why) {
  auto aside = checkpoint;
  aside += why;
  fs::rename(checkpoint, aside);
  return aside;
}

bool holds_run(const fs::path& folder) {
  return path_exists(config_of_run(folder));
}

RunConfigFile read_run_config(const fs::path& folder) {
  const auto path = config_of_run(folder);
  require(path_exists(path), folder.string(), ": has no config.json, so it is no run");
  const auto json = read_json(path.string());
  const auto has_text = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string();
  };
  require(has_text("method") && has_text("data") && json.contains("knobs"), path.string(),
          ": is not the config of a run");
  RunConfigFile config{json["method"], json["data"],
                       settings_from_json(json["knobs"], path.string())};
  const auto seen = json.value("seen", Json());
  if (!seen.is_array() || seen.size() < 3) return config;
  try {
    config.seen = {seen[0], seen[1], seen[2], seen.size() > 3 ? seen[3] : ""};
  } catch (const Json::exception& error) {
    throw Error(c10::str(path.string(), ": its \"seen\" is not what a run writes: ", error.what()));
  }
  return config;
}

void write_run_config(const RunSpec& spec, const DataSeen& seen) {
  // From whatever folder the run is gone on with; the name of a mixture is no path.
  const auto& data = spec.data.folder;
  const auto place = path_exists(data) ? fs::absolute(data).lexically_normal() : data;
  const Json config = {{"ganvas", kVersion},
                       {"method", spec.method},
                       {"data", place.string()},
                       {"seen", {seen.samples, seen.a, seen.b, seen.mark}},
                       {"knobs", knobs_to_json(spec.knobs())}};
  write_file(config_of_run(spec.folder), config.dump(2) + "\n");
}

}  // namespace ganvas
