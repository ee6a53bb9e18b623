// Lists of files: a line for each image, or for each pair.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "ganvas/core/error.h"
#include "ganvas/data/dataset.h"

namespace ganvas {

/// The files of each line.
using FileList = std::vector<std::vector<std::filesystem::path>>;

/// The lines of a text in UTF-8, without what some editors put before it and at their ends.
///   Throws Error if it cannot be read, or is in UTF-16.
std::vector<std::string> lines_of(const std::filesystem::path& path);

/// True for a file that is to be read as a list: NAME.txt, NAME.lst.
bool is_list(const std::filesystem::path& path);

/// The list of a split: `data` itself for train, and for val, if it is called train.txt or the like, its
/// neighbour val.txt. None if there is none.
///
/// A line names one file, or two with a tab or a space between, relative to the list's folder; empty lines and
/// those that begin with # are passed over.
///   Throws Error, naming the line, if a file is not there, or lines name different numbers of files.
std::optional<FileList> list_of(const std::filesystem::path& data, Split split);

/// The same without the lines that name no files, of which `hear` is told instead.
std::optional<FileList> list_of(const std::filesystem::path& data, Split split,
                                const std::function<void(const Error& error)>& hear);

}  // namespace ganvas
