// This machine among others.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/host.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <unistd.h>

namespace ganvas {
namespace {

/// A line of numbers of kB in one of Linux's files: "VmHWM:  1234 kB". In bytes, 0 if there is none.
double bytes_in(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(name + ":", 0) == 0) return 1024 * std::stod(line.substr(name.size() + 1));
  }
  return 0;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

bool is_loopback(const std::string& address) {
  return address.rfind("127.", 0) == 0 || address == "::1" || address == "localhost";
}

double resident_memory() {
  return bytes_in("/proc/self/status", "VmRSS");
}

double most_resident_memory() {
  return bytes_in("/proc/self/status", "VmHWM");
}

double free_memory() {
  double free = bytes_in("/proc/meminfo", "MemAvailable");
  std::ifstream limit_file("/sys/fs/cgroup/memory.max"), used_file("/sys/fs/cgroup/memory.current");
  double limit = 0, used = 0;
  if (limit_file >> limit && used_file >> used) free = std::min(free, limit - used);
  return free + resident_memory();
}

}  // namespace ganvas
