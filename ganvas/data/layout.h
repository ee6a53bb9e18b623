// Where the parts of a data folder lie.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// "train", "val" or "test".
std::string split_name(Split split);

/// The image files of a folder, sorted by name.
std::vector<std::filesystem::path> image_files(const std::filesystem::path& folder);

/// The folders in a folder that may hold images: not what a system or an archive left there (.x, __MACOSX).
/// Sorted.
std::vector<std::filesystem::path> data_folders(const std::filesystem::path& folder);

/// Those of them that are no splits, "train", "valA" and the like: classes, or parts of one set.
std::vector<std::filesystem::path> class_folders(const std::filesystem::path& folder);

/// A mark of files by their names and sizes in their order, 8 digits; not by where they lie.
std::string files_mark(const std::vector<std::filesystem::path>& files);

/// What lies in a folder, for who looked for something else in it: "found TrainA (8 images), notes".
std::string found_in(const std::filesystem::path& folder);

/// The image files of a folder, or, where it has none, those of the folders in it that are no splits:
/// photographs that are sorted into classes serve where classes do not matter. Sorted.
std::vector<std::filesystem::path> photographs_in(const std::filesystem::path& folder);

/// The image files of a folder by their names without extension.
std::map<std::string, std::filesystem::path> files_by_stem(const std::filesystem::path& folder);

/// The folders of the two sides, DIR/trainA and DIR/trainB or DIR/A/train and DIR/B/train, where
/// there are two; in capital letters or not.
std::optional<std::pair<std::filesystem::path, std::filesystem::path>> side_folders(
    const std::filesystem::path& root, Split split);

/// The folder of a split, or the folder itself if the photographs lie in it directly.
std::filesystem::path split_folder(const std::filesystem::path& root, Split split);

/// The images of a split that lie in its folder itself; none where it has no folder of its own and nothing may
/// serve for it.
std::optional<std::vector<std::filesystem::path>> images_of(const DataRequest& request);

/// The same with photographs_in(); none where it has no folder of its own and nothing may serve for it.
std::optional<std::vector<std::filesystem::path>> photographs_of(const DataRequest& request);

}  // namespace ganvas
