// The files that browsers get.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/assets.h"

#include "web_assets.h"

namespace ganvas {

const std::vector<Asset>& assets() {
  static const auto all = [] {
    std::vector<Asset> files;
    for (const auto& file : kEmbeddedFiles) files.push_back({file.path, file.type, file.text});
    return files;
  }();
  return all;
}

}  // namespace ganvas
