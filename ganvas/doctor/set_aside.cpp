// Files of which trainings are better off without.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/doctor/set_aside.h"

#include <set>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"

namespace ganvas {
namespace {

/// The file of the other side, if pairs lie in folders and it has one.
std::vector<fs::path> partners_of(const Survey& survey, const fs::path& file) {
  std::vector<fs::path> partners;
  if (survey.layout != "folders") return partners;
  const Record* mine = nullptr;
  for (const auto& record : survey.records) {
    if (record.path == file) mine = &record;
  }
  for (const auto& record : survey.records) {
    if (mine == nullptr || record.split != mine->split || record.side == mine->side) continue;
    if (record.path.stem() == file.stem()) partners.push_back(record.path);
  }
  return partners;
}

}  // namespace

Moves moves_of(const Survey& survey, const std::vector<Finding>& findings, const fs::path& to) {
  std::set<fs::path> away;
  for (const auto& finding : findings) {
    if (finding.cure != Cure::kSetAside) continue;
    for (const auto& fault : finding.faults) {
      const auto& file = fault.files.at(0);
      away.insert(file);
      for (const auto& partner : partners_of(survey, file)) away.insert(partner);
    }
  }
  Moves moves;
  for (const auto& file : away)
    moves.emplace_back(file, to / file.lexically_relative(survey.folder));
  return moves;
}

void set_files_aside(const Moves& moves) {
  for (const auto& [from, to] : moves) {
    require(!fs::exists(to), to.string(), ": is there already; name another folder");
  }
  for (const auto& [from, to] : moves) {
    make_folders(to.parent_path());
    std::error_code failed;
    fs::rename(from, to, failed);
    if (failed) {  // to another disk
      fs::copy_file(from, to);
      fs::remove(from);
    }
  }
}

}  // namespace ganvas
