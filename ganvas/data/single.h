// One set of pictures, with classes or without.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// Opens the pictures of a split; null if there is nothing for it. Samples have a and label_a only.
std::unique_ptr<Dataset> open_single(const std::filesystem::path& folder, Split split, View view,
                                     const DataConfig& config, const Task& task);

}  // namespace ganvas
