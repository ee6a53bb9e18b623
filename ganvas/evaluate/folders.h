// Images beside others, whoever made them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "ganvas/evaluate/crowd.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// Files of images, and what they are compared with.
struct ImageFolders {
  std::vector<std::filesystem::path> made, real;
  std::vector<std::filesystem::path> partners =
      {};  // of each of `made` the one of `real`, or empty; none: no pairs
};

/// The file of `real` for each of `made` that has its name, or else its name but for what follows the last dot;
/// empty where there is none.
///   Throws UsageError if two of `made` have the same, or two of `real` have the name of one.
std::vector<std::filesystem::path> partners_of(const ImageFolders& folders);

/// What of two sets of images is measured.
struct FolderReport {
  Report report;  // of one row, "made": of pairs where there are any, then of both sets
  std::vector<std::string> left_out;  // what could not be read or compared, and why
  int64_t unequal = 0;                // pairs of unequal sizes, which are not compared
  std::string first_unequal = {};
};

/// Measures images beside others:
///
///     those of Fidelity    of pairs of files
///     fid, kid, ...        of both sets, by options.inception
///     of features          of both sets, named by `names`, by options.features
///
/// Images are read as RGB, at their own size. Stops early when interrupted: the report is empty then.
///   Throws Error if nothing could be read of a set.
FolderReport measure_folders(const ImageFolders& folders, const MeasureOptions& options,
                             const DistanceNames& names);

}  // namespace ganvas
