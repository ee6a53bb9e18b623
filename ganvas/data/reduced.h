// Photographs and small copies of them, for super-resolution.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// Opens the photographs of a split, which may be none: b a photograph, a its small copy.
///
/// Decoded photographs stay in memory up to a gigabyte: reading one takes longer than learning
/// from a crop of it. Training crops are cut from the whole small copy and the same place of the
/// photograph, turned and mirrored in one of eight ways.
std::unique_ptr<Dataset> open_reduced(const std::filesystem::path& folder, Split split, View view,
                                      const DataConfig& config, const Task& task);

}  // namespace ganvas
