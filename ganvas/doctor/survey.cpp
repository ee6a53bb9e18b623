// What lies in a folder of data, by names.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/doctor/survey.h"

#include <algorithm>
#include <set>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/image_set.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/list_file.h"
#include "ganvas/data/name_pairs.h"
#include "ganvas/data/pairs.h"
#include "ganvas/image/codec.h"

namespace ganvas {
namespace {

constexpr Split kSplits[] = {Split::kTrain, Split::kVal, Split::kTest};

/// True for the folders of a split's two sides where most names of the smaller one are in the other too.
bool holds_pairs(const std::pair<fs::path, fs::path>& sides) {
  const auto a = files_by_stem(sides.first), b = files_by_stem(sides.second);
  const auto& fewer = a.size() < b.size() ? a : b;
  const auto& more = a.size() < b.size() ? b : a;
  const auto shared = std::count_if(fewer.begin(), fewer.end(),
                                    [&](const auto& item) { return more.count(item.first) > 0; });
  return !fewer.empty() && 2 * shared > std::ssize(fewer);
}

std::string layout_of(const fs::path& folder) {
  for (const auto split : kSplits) {
    const auto sides = side_folders(folder, split);
    if (sides) return holds_pairs(*sides) ? "folders" : "unpaired";
  }
  const auto files = images_of({.folder = folder, .split = Split::kTrain});
  return files && !files->empty() && seam_of(*files) == Seam::kSeen ? "side-by-side" : "single";
}

Record record_of(const fs::path& path, Split split, Side side, const std::string& label = "") {
  Record record;
  record.path = path;
  record.split = split;
  record.side = side;
  record.label = label;
  record.name = path.stem().string();
  return record;
}

void take_pair(Survey& survey, const std::vector<fs::path>& files, Split split,
               const std::string& name) {
  for (size_t i = 0; i < files.size(); ++i) {
    const auto side = files.size() == 1 ? Side::kBoth : i == 0 ? Side::kA : Side::kB;
    survey.records.push_back(record_of(files[i], split, side));
    survey.records.back().name = name;
  }
}

void take_alone(Survey& survey, const fs::path& file, Split split, Side side) {
  survey.records.push_back(record_of(file, split, side));
  survey.records.back().name = file.string();
}

/// Fills a survey by walking its folders, each once.
class Walk {
 public:
  explicit Walk(Survey& survey) : survey_(survey) {}

  void take_all() {
    const auto& root = survey_.folder;
    const bool has_sides = survey_.layout == "folders" || survey_.layout == "unpaired";
    for (const auto split : kSplits) {
      const auto sides = side_folders(root, split);
      if (has_sides && sides) {
        take_files(sides->first, split, Side::kA, "");
        take_files(sides->second, split, Side::kB, "");
      }
      if (!has_sides && is_folder(root / split_name(split))) {
        take_set(root / split_name(split), split);
      }
    }
    if (!has_sides && !is_folder(root / "train")) take_set(root, Split::kTrain);
    take_hidden(root);
  }

 private:
  void take_hidden(const fs::path& place) {
    const auto shown = data_folders(place);
    for (const auto& inner : list_folders(place)) {
      const bool is_shown = std::binary_search(shown.begin(), shown.end(), inner);
      if (!is_shown) survey_.hidden_folders.push_back(inner);
    }
  }

  /// A folder's own images, and those of its class folders.
  void take_set(const fs::path& place, Split split) {
    take_files(place, split, Side::kBoth, "");
    if (place != survey_.folder) take_hidden(place);
    for (const auto& inner : class_folders(place)) {
      const auto before = survey_.records.size();
      take_files(inner, split, Side::kBoth, inner.filename().string());
      if (survey_.records.size() == before) survey_.empty_folders.push_back(inner);
    }
  }

  void take_files(const fs::path& place, Split split, Side side, const std::string& label) {
    if (!seen_.insert(place).second) return;
    auto files = list_files(place);
    // Of other things links to nothing, which trainings do not see.
    for (const auto& path : list_others(place)) {
      if (fs::is_symlink(path)) files.push_back(path);
    }
    for (const auto& path : files) {
      if (has_image_name(path)) {
        survey_.records.push_back(record_of(path, split, side, label));
      } else {
        survey_.passed_over.push_back(path);
      }
    }
  }

  Survey& survey_;
  std::set<fs::path> seen_;
};

}  // namespace

std::string place_of(const Record& record) {
  auto name = split_name(record.split);
  if (record.side != Side::kBoth) name += record.side == Side::kA ? "A" : "B";
  return record.label.empty() ? name : name + "/" + record.label;
}

RecordsByName records_by_name(const Survey& survey) {
  RecordsByName records;
  for (const auto& record : survey.records) {
    records[{record.split, record.name}].push_back(&record);
  }
  return records;
}

std::string Survey::name(const fs::path& path) const {
  const auto name =
      path.lexically_relative(folder);  // nothing where one is absolute and the other is not
  return name.empty() ? path.string() : name.string();
}

Survey survey_of(const fs::path& folder, const std::string& layout) {
  require(!is_file(folder), folder.string(), ": got a file, expected a folder of images");
  require(is_folder(folder), folder.string(), ": no such folder");
  require(!has_idx_files(folder), folder.string(),
          ": holds IDX files, which trainings read; the doctor looks at files of images");
  Survey survey;
  survey.folder = folder;
  survey.layout = layout == "auto" ? layout_of(folder) : layout;
  Walk(survey).take_all();
  require(
      !survey.records.empty(), folder.string(),
      ": has no images where trainings look for them: in it, in train/, in trainA/ and trainB/, or in a folder "
      "for each class; ",
      found_in(folder));
  return survey;
}

Survey survey_of_list(const fs::path& list) {
  Survey survey;
  survey.folder = list.parent_path();
  for (const auto split : kSplits) {
    const auto lines = list_of(
        list, split, [&](const Error& error) { survey.missing.emplace_back(error.what()); });
    if (!lines || lines->empty()) continue;
    survey.layout = lines->at(0).size() == 2 ? "folders" : "single";
    for (size_t i = 0; i < lines->size(); ++i) {
      take_pair(survey, lines->at(i), split, c10::str("entry ", i + 1));
    }
  }
  return survey;
}

Survey survey_of_names(const fs::path& folder, const std::string& templates) {
  Survey survey;
  survey.folder = folder;
  survey.layout = "folders";
  for (const auto split : kSplits) {
    const auto own = folder / split_name(split);
    if (!is_folder(own) && split != Split::kTrain) continue;
    const auto found = pairs_by_name(is_folder(own) ? own : folder, templates);
    for (const auto& [a, b] : found.pairs) take_pair(survey, {a, b}, split, a.string());
    for (const auto& a : found.alone_a) take_alone(survey, a, split, Side::kA);
    for (const auto& b : found.alone_b) take_alone(survey, b, split, Side::kB);
  }
  return survey;
}

}  // namespace ganvas
