// Files of which trainings are better off without.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/doctor/set_aside.h"

#include <map>
#include <set>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"

namespace ganvas {
namespace {

/// The files of both sides, by what they belong to, if pairs lie in folders.
std::map<fs::path, std::vector<fs::path>> partners_in(const Survey& survey) {
  std::map<fs::path, std::vector<fs::path>> partners;
  if (survey.layout != "folders") return partners;
  for (const auto& [name, records] : records_by_name(survey)) {
    std::vector<fs::path> files;
    for (const auto* record : records) files.push_back(record->path);
    for (const auto& file : files) partners[file] = files;
  }
  return partners;
}

}  // namespace

Moves moves_of(const Survey& survey, const std::vector<Finding>& findings, const fs::path& to) {
  const auto inside = fs::absolute(to).lexically_normal().lexically_relative(
      fs::absolute(survey.folder).lexically_normal());
  require_usage(inside.empty() || *inside.begin() == "..", "--set-aside: ", to.string(),
                ": lies in ", survey.folder.string(),
                ", where it would be learned from; name a folder beside it");
  const auto partners = partners_in(survey);
  std::set<fs::path> away;
  for (const auto& finding : findings) {
    if (finding.cure != Cure::kSetAside) continue;
    for (const auto& fault : finding.faults) {
      const auto& file = fault.files.at(0);
      away.insert(file);
      const auto found = partners.find(file);
      if (found != partners.end()) away.insert(found->second.begin(), found->second.end());
    }
  }
  Moves moves;
  for (const auto& file : away)
    moves.emplace_back(file, to / file.lexically_relative(survey.folder));
  return moves;
}

void set_files_aside(const Moves& moves) {
  for (const auto& [from, to] : moves) {
    require(!path_exists(to), to.string(), ": is there already; name another folder");
  }
  for (const auto& [from, to] : moves) {
    make_folders(to.parent_path());
    std::error_code failed;
    fs::rename(from, to, failed);
    if (failed) {                       // to another disk
      write_file(to, read_file(from));  // whole or not at all
      fs::remove(from);
    }
  }
}

}  // namespace ganvas
