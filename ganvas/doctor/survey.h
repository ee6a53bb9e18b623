// What lies in a folder of data, file by file, before anything is learned from it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/data/dataset.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// Which side of a pair, or which domain, an image is of.
enum class Side { kBoth, kA, kB };

/// An image file, as far as it was looked at.
struct Record {
  std::filesystem::path path;
  Split split = Split::kTrain;
  Side side = Side::kBoth;
  std::string label;  // its class folder; empty if there are none
  std::string
      name;  // what the two files of a pair share: theirs without extension, or where a list names them

  std::string error;  // why it cannot be read; what follows is then not known
  uintmax_t bytes = 0;
  int64_t width = 0, height = 0, channels = 0, bits = 0;
  std::string format;     // "JPEG"
  bool is_grey = false;   // in three channels of equal numbers, or in one
  double contrast = 0;    // standard deviation of its levels
  uint64_t contents = 0;  // checksum of the file
  /// 64 comparisons of neighbouring places, nearly equal for images that are alike.
  uint64_t likeness = 0;
  uint64_t mirrored = 0;                    // the same of its mirror image
  std::array<uint8_t, 768> thumbnail = {};  // 3 x 16 x 16 levels
};

/// Two images that belong together: halves of one file, or files of equal names.
struct Pair {
  std::vector<std::filesystem::path> files;  // one, or a's and b's
  std::string error = {};                    // why they cannot be set beside each other
  ImageSize size_a = {}, size_b = {};
  std::vector<double> traits_a = {},
                      traits_b = {};  // what each side looks like: colours, their spread, edges
  double difference = 0;              // mean of |a - b| in levels, b resized to a
  double shift_x = 0, shift_y = 0;    // where b's edges lie on a's best, pixels of a
  double match_here = 0, match_there = 0;  // how well unmoved, and there, in standard deviations
};

/// "trainA", "val", "train/daisy": where it lies.
std::string place_of(const Record& record);

/// A folder of data.
struct Survey {
  std::filesystem::path folder;
  std::string layout;  // as --layout names it: "side-by-side", "folders", "unpaired", "single"
  std::vector<Record> records;
  std::vector<Pair> pairs;                         // of those that can be read
  std::vector<std::filesystem::path> passed_over;  // files that are no images by their names
  std::vector<std::filesystem::path> empty_folders, hidden_folders;
  std::vector<std::string> missing;  // what the lines of a list that name no files say

  bool has_pairs() const { return layout == "side-by-side" || layout == "folders"; }
  std::string name(const std::filesystem::path& path) const;  // below the folder
};

/// Records of one split and one name: of pairs, what belongs together.
using RecordsByName = std::map<std::pair<Split, std::string>, std::vector<const Record*>>;
RecordsByName records_by_name(const Survey& survey);

/// Finds what lies in a folder, by the rules by which trainings find it. Looks at names, and for a layout at
/// the middles of some images.
///   layout: "auto", or what the folder is to be taken for
///   Throws Error if there is no image.
Survey survey_of(const std::filesystem::path& folder, const std::string& layout);

/// The same of a list of files, train.txt, and its neighbours val.txt and test.txt.
///   Throws Error if it names no files at all.
Survey survey_of_list(const std::filesystem::path& list);

/// The same of pairs that two templates name (data/name_pairs.h).
Survey survey_of_names(const std::filesystem::path& folder, const std::string& templates);

/// Looks into every file, and at every pair, with as many threads.
///   on_file: called after each file and pair, by one thread at a time
void examine(Survey& survey, int64_t threads,
             const std::function<void(int64_t done, int64_t all)>& on_file);

}  // namespace ganvas
