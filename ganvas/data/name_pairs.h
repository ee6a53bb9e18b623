// Pairs of files whose names say that they belong together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ganvas {

/// Files of a and b that belong together, and those of either that have no partner.
struct NamedPairs {
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> pairs;
  std::vector<std::filesystem::path> alone_a, alone_b;
};

/// The files that two templates name, for each {name} that the first one finds, sorted. The templates may
/// name folders before the file: "rgb/{name}.png,depth/{name}_d.png".
///
///   templates: of a and b, with a comma between, each with {name} once in the file's name
///   Throws UsageError on others; Error if there is no pair, or if most of a have no partner.
NamedPairs pairs_by_name(const std::filesystem::path& folder, const std::string& templates);

}  // namespace ganvas
