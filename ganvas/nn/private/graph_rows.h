// The steps of a graph on rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "ganvas/nn/private/bands.h"
#include "ganvas/nn/row_pass.h"

namespace ganvas {

/// A step as a pass by rows sees it: it makes a map of others of one height.
struct RowStep {
  size_t number;
  std::vector<size_t> takes;
  size_t makes;
  Reach reach;
};

/// Carries out a step on some rows of the maps that it takes, which stand at their places among all maps.
using RunStep = std::function<Tensor(size_t number, const std::vector<Tensor>& maps)>;

/// A pass by rows through steps in their order.
///   heights: of all maps, the image first and the output last
std::unique_ptr<RowPass> row_pass_of(std::vector<RowStep> steps,
                                     const std::vector<int64_t>& heights, RunStep run);

}  // namespace ganvas
