// Knobs that had another name once.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/renames.h"

#include <array>
#include <map>

namespace ganvas {
namespace {

struct Rename {
  const char *before, *now;
  std::map<std::string, std::string> words = {};  // that are others too
};

const std::array kRenames = {
    Rename{"pairs", "layout"},
    Rename{"begin-with", "init-from"},
    Rename{"decay", "lr-decay"},
    Rename{"pool", "pool-size"},
    Rename{"trunk", "backbone"},
    Rename{"trunk-weights", "backbone-weights"},
    Rename{"moves", "train-layers"},
    Rename{"dropped", "dropout-rate"},
    Rename{"fast-conv", "kernels", {{"auto", "own"}, {"on", "own"}, {"off", "torch"}}},
    Rename{"step-graph", "cuda-graph"},
    Rename{"hold", "back-projection"},
    Rename{"square", "fit", {{"stretch", "resize"}}},
    Rename{"judges", "critic-scores", {{"picture", "image"}}},
};

}  // namespace

std::pair<std::string, std::string> setting_today(const std::string& name,
                                                  const std::string& value) {
  for (const auto& rename : kRenames) {
    if (name != rename.before) continue;
    const auto word = rename.words.find(value);
    return {rename.now, word == rename.words.end() ? value : word->second};
  }
  return {name, value};
}

}  // namespace ganvas
