// Files that come along with the program.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/share.h"

#include <dlfcn.h>

#include "ganvas/core/files.h"
#include "ganvas/core/sources.h"

namespace ganvas {
namespace {

/// The folder of the program or the library that this is part of.
fs::path own_folder() {
  Dl_info info{};
  const bool is_known = dladdr(reinterpret_cast<const void*>(&own_folder), &info) != 0;
  if (!is_known || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  // A program's own name may be as it was called; the kernel knows better.
  const auto program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path named = info.dli_fname;
  const auto library = fs::canonical(named, ignored);
  const bool is_library = named.filename() != program.filename() && !library.empty();
  return (is_library ? library : program).parent_path();
}

/// share/ganvas beside bin/, lib/ or lib/x86_64-linux-gnu/; "" if there is none.
fs::path installed_folder() {
  auto place = own_folder();
  for (int up = 0; up < 2 && place.has_relative_path(); ++up) {
    place = place.parent_path();
    if (const auto folder = place / "share" / "ganvas"; is_folder(folder)) return folder;
  }
  return {};
}

}  // namespace

fs::path shared_file(const std::string& name) {
  static const auto installed = installed_folder();
  const bool is_installed = !installed.empty() && path_exists(installed / name);
  return (is_installed ? installed : fs::path(kSources)) / name;
}

}  // namespace ganvas
