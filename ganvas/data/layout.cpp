// Where the parts of a data folder lie.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/layout.h"

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"

namespace ganvas {

std::string split_name(Split split) {
  return split == Split::kTrain ? "train" : split == Split::kVal ? "val" : "test";
}

std::vector<fs::path> image_files(const fs::path& folder) {
  auto files = list_files(folder);
  std::erase_if(files, [](const fs::path& path) { return !has_image_name(path); });
  return files;
}

std::vector<fs::path> photographs_in(const fs::path& folder) {
  auto files = image_files(folder);
  if (!files.empty()) return files;
  for (const auto& inner : list_folders(folder)) {
    const auto more = image_files(inner);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

std::map<std::string, fs::path> files_by_stem(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  for (const auto& path : image_files(folder)) files[path.stem().string()] = path;
  return files;
}

std::optional<std::pair<fs::path, fs::path>> side_folders(const fs::path& root, Split split) {
  const auto name = split_name(split);
  const std::pair<fs::path, fs::path> flat{root / (name + "A"), root / (name + "B")};
  const std::pair<fs::path, fs::path> deep{root / "A" / name, root / "B" / name};
  for (const auto& both : {flat, deep}) {
    if (fs::is_directory(both.first) && fs::is_directory(both.second)) return both;
  }
  return std::nullopt;
}

fs::path split_folder(const fs::path& root, Split split) {
  const auto folder = root / split_name(split);
  return fs::is_directory(folder) ? folder : root;
}

std::optional<std::vector<fs::path>> photographs_of(const DataRequest& request) {
  const auto folder = request.folder / split_name(request.split);
  if (request.fallback == Fallback::kWholeFolder) {
    return photographs_in(split_folder(request.folder, request.split));
  }
  if (!fs::is_directory(folder)) return std::nullopt;
  auto files = photographs_in(folder);
  if (files.empty()) return std::nullopt;
  return files;
}

}  // namespace ganvas
