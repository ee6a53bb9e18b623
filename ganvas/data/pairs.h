// Pictures that belong together: side by side, in two folders, or mosaics made of photographs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// Opens the pairs of a split, which may be none; null if there is no folder for it.
std::unique_ptr<Dataset> open_pairs(const std::filesystem::path& folder, Split split, View view,
                                    const DataConfig& config, const Task& task);

}  // namespace ganvas
