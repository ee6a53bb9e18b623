// One set of images, with classes or without.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

/// Opens the images of a split, as data/image_set.h says: of folders, classes or IDX files. Samples have a
/// and label_a only.
///   returns: null if there is nothing for the split
std::unique_ptr<Dataset> open_images(const DataRequest& request, const SquareConfig& config);

}  // namespace ganvas
