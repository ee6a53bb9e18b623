// Pairs of files whose names say that they belong together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/name_pairs.h"

#include <algorithm>
#include <set>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/text.h"
#include "ganvas/data/layout.h"

namespace ganvas {
namespace {

constexpr std::string_view kName = "{name}";

/// A path with one {name} in it.
class NameTemplate {
 public:
  NameTemplate(const fs::path& root, const std::string& given) {
    const auto text = given.substr(std::min(given.find_first_not_of(' '), given.size()));
    const auto file = fs::path(text).filename().string();
    const auto at = file.find(kName);
    require_usage(at != std::string::npos && file.find(kName, at + 1) == std::string::npos &&
                      file.find('*') == std::string::npos,
                  "--names: got '", text,
                  "', expected {name} once in each file's name: ", "'{name}_A.png,{name}_B.png'");
    folder_ = root / fs::path(text).parent_path();
    before_ = file.substr(0, at);
    after_ = file.substr(at + kName.size());
  }

  /// The names that it finds, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    if (!is_folder(folder_)) return found;
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(folder_, unreadable)) {
      const auto file = entry.path().filename().string();
      const bool fits = file.size() > before_.size() + after_.size() && file.starts_with(before_) &&
                        file.ends_with(after_) && entry.is_regular_file();
      if (fits) {
        found.push_back(file.substr(before_.size(), file.size() - before_.size() - after_.size()));
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  fs::path path(const std::string& name) const { return folder_ / (before_ + name + after_); }
  std::string text() const { return (folder_ / before_).string() + std::string(kName) + after_; }

 private:
  fs::path folder_;
  std::string before_, after_;
};

}  // namespace

NamedPairs pairs_by_name(const fs::path& folder, const std::string& templates) {
  const auto parts = split_at_commas(templates);
  require_usage(parts.size() == 2, "--names: got '", templates,
                "', expected two names with a comma between: '{name}_A.png,{name}_B.png'");
  const NameTemplate a(folder, parts[0]), b(folder, parts[1]);
  require_usage(a.text() != b.text(), "--names: got '", templates,
                "', expected other files for b than for a");
  NamedPairs found;
  const auto names_a = a.names(), names_b = b.names();
  std::set<fs::path> used;
  for (const auto& name : names_a) {
    if (!std::binary_search(names_b.begin(), names_b.end(), name)) continue;
    found.pairs.emplace_back(a.path(name), b.path(name));
    used.insert({a.path(name), b.path(name)});
  }
  const auto take_alone = [&](const NameTemplate& side, const std::vector<std::string>& names,
                              std::vector<fs::path>& alone) {
    for (const auto& name : names) {
      if (used.insert(side.path(name)).second) alone.push_back(side.path(name));
    }
  };
  // "{name}.png" finds x_B.png as well: a file that both find is of the one that says more of its name.
  const bool is_a_closer = a.text().size() > b.text().size();
  if (is_a_closer) take_alone(a, names_a, found.alone_a);
  take_alone(b, names_b, found.alone_b);
  if (!is_a_closer) take_alone(a, names_a, found.alone_a);
  require(!found.pairs.empty() && found.pairs.size() >= found.alone_a.size(), "--names: got ",
          found.pairs.size(), " pairs of ", a.text(), " and ", b.text(), ", where ",
          found.alone_a.size(), " and ", found.alone_b.size(),
          " files have no partner; expected one for most. There is ", found_in(folder));
  return found;
}

}  // namespace ganvas
