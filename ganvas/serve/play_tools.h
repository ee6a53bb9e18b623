// What the playground does with pictures: a row for each kind of model.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ganvas/inference/model.h"

namespace ganvas {

/// One picture on its way through a model.
struct PlayTask {
  const Model& model;
  Image image;
  Tensor region;     // [1, H, W], painted by the user; undefined if nothing was
  int64_t cell = 0;  // side of the cells of a mosaic there; 0 looks for mosaics
  std::filesystem::path out;
  std::function<void(int64_t done, int64_t all)> on_part;
};

/// One row.
struct PlayTool {
  std::string name;  // the command that does the same
  bool (*serves)(const Model& model);

  /// Writes the result; returns what is to be told of it.
  std::string (*run)(const PlayTask& task);
};

const std::vector<PlayTool>& play_tools();

}  // namespace ganvas
