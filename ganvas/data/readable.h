// A data set without what cannot be read of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// The first `most` samples of a data set in plain view, but those that cannot be read; the data set itself if
/// all can, null if none can.
///   reasons: why, for each that is left out
std::unique_ptr<Dataset> readable(std::unique_ptr<Dataset> data, int64_t most,
                                  std::vector<std::string>& reasons);

}  // namespace ganvas
