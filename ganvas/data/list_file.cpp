// Lists of files.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/list_file.h"

#include <sstream>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/text.h"
#include "ganvas/data/layout.h"

namespace ganvas {
namespace {

/// The files that a line names. A name may have spaces in it, so that a space only parts two names that are
/// there.
std::vector<fs::path> files_of(const std::string& line, const fs::path& folder,
                               const std::string& who) {
  if (is_file(folder / line)) return {folder / line};
  for (const char between : {'\t', ' '}) {
    for (auto at = line.find(between); at != std::string::npos; at = line.find(between, at + 1)) {
      const auto first = folder / trimmed(line.substr(0, at)),
                 second = folder / trimmed(line.substr(at));
      if (is_file(first) && is_file(second)) return {first, second};
    }
  }
  throw Error(c10::str(who, ": '", line, "': no such file in ",
                       folder.empty() ? "this folder" : folder.string(),
                       ", expected one, or two with a space or a tab between"));
}

fs::path path_of(const fs::path& data, Split split) {
  if (split == Split::kTrain) return data;
  auto name = data.filename().string();
  const auto at = name.find("train");
  if (at == std::string::npos) return {};
  return data.parent_path() / name.replace(at, 5, split_name(split));
}

}  // namespace

std::vector<std::string> lines_of(const fs::path& path) {
  auto text = read_file(path);
  if (text.rfind("\xef\xbb\xbf", 0) == 0) text.erase(0, 3);  // that some editors put before UTF-8
  require(text.rfind("\xff\xfe", 0) != 0 && text.rfind("\xfe\xff", 0) != 0, path.string(),
          ": is in UTF-16; save it as UTF-8");
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

bool is_list(const fs::path& path) {
  const auto extension = path.extension();
  return is_file(path) && (extension == ".txt" || extension == ".lst");
}

std::optional<FileList> list_of(const fs::path& data, Split split) {
  return list_of(data, split, [](const Error&) { throw; });
}

std::optional<FileList> list_of(const fs::path& data, Split split,
                                const std::function<void(const Error& error)>& hear) {
  const auto path = path_of(data, split);
  if (path.empty() || !is_list(path)) return std::nullopt;
  FileList list;
  int64_t number = 0;
  bool has_lines = false;
  for (const auto& text : lines_of(path)) {
    ++number;
    const auto line = trimmed(text);
    if (line.empty() || line[0] == '#') continue;
    has_lines = true;
    const auto who = c10::str(path.string(), ", line ", number);
    try {
      auto files = files_of(line, path.parent_path(), who);
      require(list.empty() || files.size() == list[0].size(), who, ": names ", files.size(),
              " files, the lines before it ", list.empty() ? 0 : list[0].size());
      list.push_back(std::move(files));
    } catch (const Error& error) {
      hear(error);
    }
  }
  require(has_lines, path.string(), ": names no files, expected one image or one pair a line");
  return list;
}

}  // namespace ganvas
