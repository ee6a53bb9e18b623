// What a run's folder says of it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/run_folder.h"

#include <cerrno>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"
#include "ganvas/core/version.h"

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
    const auto number = std::to_string(::getpid()) + "\n";
    // Where the number cannot be written, the lock holds all the same.
    if (::ftruncate(descriptor_, 0) != 0) return;
    [[maybe_unused]] const auto written = ::write(descriptor_, number.data(), number.size());
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

bool holds_run(const fs::path& folder) {
  return fs::exists(config_of_run(folder));
}

RunConfigFile read_run_config(const fs::path& folder) {
  const auto path = config_of_run(folder);
  require(fs::exists(path), folder.string(), ": has no config.json, so it is no run");
  const auto json = read_json(path.string());
  const auto has_text = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string();
  };
  require(has_text("method") && has_text("data") && json.contains("knobs"), path.string(),
          ": is not the config of a run");
  RunConfigFile config{json["method"], json["data"],
                       settings_from_json(json["knobs"], path.string())};
  const auto seen = json.value("seen", Json());
  if (seen.is_array() && seen.size() == 3) config.seen = {seen[0], seen[1], seen[2]};
  return config;
}

void write_run_config(const RunSpec& spec, const DataSeen& seen) {
  // From whatever folder the run is gone on with; the name of a mixture is no path.
  const auto& data = spec.data.folder;
  const auto place = fs::exists(data) ? fs::absolute(data).lexically_normal() : data;
  const Json config = {{"ganvas", kVersion},
                       {"method", spec.method},
                       {"data", place.string()},
                       {"seen", {seen.samples, seen.a, seen.b}},
                       {"knobs", knobs_to_json(spec.knobs())}};
  write_file(config_of_run(spec.folder), config.dump(2) + "\n");
}

}  // namespace ganvas
