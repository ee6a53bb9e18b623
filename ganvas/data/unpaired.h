// Two domains whose pictures need not belong together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// Opens both domains of a split; null if one of them has nothing for it.
///
/// As long as the larger domain; a runs through its pictures, b is drawn at random (in plain view:
/// runs too). Both are cropped and mirrored independently.
std::unique_ptr<Dataset> open_unpaired(const std::filesystem::path& folder, Split split, View view,
                                       const DataConfig& config, const Task& task);

/// True if the folder, or that of --data-b, holds IDX files.
bool has_digits(const std::filesystem::path& folder, const DataConfig& config);

}  // namespace ganvas
