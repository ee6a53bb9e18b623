// Where the parts of a data folder lie.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/layout.h"

#include <array>
#include <cctype>
#include <cstdio>

#include <zlib.h>

#include "ganvas/core/files.h"
#include "ganvas/data/list_file.h"
#include "ganvas/image/codec.h"

namespace ganvas {

namespace {

std::string in_small_letters(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// True for "train", "valA" and the like.
bool is_split_folder(const fs::path& path) {
  const auto name = in_small_letters(path.filename().string());
  for (const auto split : {Split::kTrain, Split::kVal, Split::kTest}) {
    const auto word = split_name(split);
    if (name == word || name == word + "a" || name == word + "b") return true;
  }
  return false;
}

/// The folder of that name, or one that is named like it but for capital letters.
fs::path inner_folder(const fs::path& root, const std::string& name) {
  if (is_folder(root / name) || !is_folder(root)) return root / name;
  for (const auto& path : list_folders(root)) {
    if (in_small_letters(path.filename().string()) == in_small_letters(name)) return path;
  }
  return root / name;
}

}  // namespace

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
  for (const auto& inner : class_folders(folder)) {
    const auto more = image_files(inner);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

std::vector<fs::path> data_folders(const fs::path& folder) {
  auto folders = list_folders(folder);
  std::erase_if(folders, [](const fs::path& path) {
    const auto name = path.filename().string();
    return name[0] == '.' || name == "__MACOSX";
  });
  return folders;
}

std::vector<fs::path> class_folders(const fs::path& folder) {
  auto folders = data_folders(folder);
  std::erase_if(folders, is_split_folder);
  return folders;
}

std::string found_in(const fs::path& folder) {
  if (is_file(folder)) return "got one list of files, where each side has its own";
  if (!is_folder(folder)) return "which is no folder";
  constexpr size_t kMost = 6;
  std::vector<std::string> parts;
  if (const auto own = image_files(folder); !own.empty()) {
    parts.push_back(c10::str(own.size(), " images"));
  }
  for (const auto& inner : data_folders(folder)) {
    const auto count = image_files(inner).size();
    parts.push_back(c10::str(inner.filename().string(), "/ (", count, " images)"));
  }
  if (parts.size() > kMost) {
    const auto more = parts.size() - kMost;
    parts.resize(kMost);
    parts.push_back(c10::str(more, " more folders"));
  }
  return parts.empty() ? "found no images and no folders"
                       : "found " + c10::str(c10::Join(", ", parts));
}

std::map<std::string, fs::path> files_by_stem(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  for (const auto& path : image_files(folder)) files[path.stem().string()] = path;
  return files;
}

std::optional<std::pair<fs::path, fs::path>> side_folders(const fs::path& root, Split split) {
  const auto name = split_name(split);
  const std::pair<fs::path, fs::path> flat{inner_folder(root, name + "A"),
                                           inner_folder(root, name + "B")};
  const std::pair<fs::path, fs::path> deep{inner_folder(inner_folder(root, "A"), name),
                                           inner_folder(inner_folder(root, "B"), name)};
  for (const auto& both : {flat, deep}) {
    if (is_folder(both.first) && is_folder(both.second)) return both;
  }
  return std::nullopt;
}

fs::path split_folder(const fs::path& root, Split split) {
  const auto folder = root / split_name(split);
  return is_folder(folder) ? folder : root;
}

namespace {

using Listing = std::vector<fs::path> (*)(const fs::path& folder);

std::optional<std::vector<fs::path>> listed(const DataRequest& request, Listing list) {
  if (const auto list = list_of(request.folder, request.split)) {
    std::vector<fs::path> files;
    require(list->at(0).size() == 1, request.folder.string(),
            ": got two files a line, expected one; pairs are for ",
            "pix2pix, regress and other methods of pairs");
    for (const auto& line : *list) files.push_back(line[0]);
    return files;
  }
  if (is_file(request.folder)) return std::nullopt;
  const auto folder = request.folder / split_name(request.split);
  if (request.fallback == Fallback::kWholeFolder) {
    return list(split_folder(request.folder, request.split));
  }
  if (!is_folder(folder)) return std::nullopt;
  auto files = list(folder);
  if (files.empty()) return std::nullopt;
  return files;
}

}  // namespace

std::string files_mark(const std::vector<fs::path>& files) {
  uLong sum = crc32(0, nullptr, 0);
  for (const auto& file : files) {
    std::error_code gone;
    const auto line = c10::str(file.filename().string(), "/", fs::file_size(file, gone), "\n");
    sum = crc32(sum, reinterpret_cast<const Bytef*>(line.data()), static_cast<uInt>(line.size()));
  }
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08lx", sum);
  return digits.data();
}

std::optional<std::vector<fs::path>> images_of(const DataRequest& request) {
  return listed(request, image_files);
}

std::optional<std::vector<fs::path>> photographs_of(const DataRequest& request) {
  return listed(request, photographs_in);
}

}  // namespace ganvas
