// The flags that name networks to measure images by.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "ganvas/evaluate/measure.h"

namespace ganvas {

struct MeasureFlags {
  std::string features, layer = "pw3", weights;
  std::string inception, lpips, dists;  // files
};

/// The files that are named.
std::vector<std::filesystem::path> files_of(const MeasureFlags& flags);

void take_measures(Arguments& expected, MeasureFlags& flags);

/// Loads the networks that were named; each image that is measured is counted on the terminal.
///   Throws UsageError on flags that do not go together, Error on a file that does not hold what it should.
MeasureOptions measure_options(const MeasureFlags& flags);

}  // namespace ganvas
