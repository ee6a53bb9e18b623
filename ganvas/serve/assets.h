// The files that browsers get: built into the library of web/ and of dygraphs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace ganvas {

struct Asset {
  std::string path;  // "/watch.js"
  std::string type;
  std::string text;
};

const std::vector<Asset>& assets();

}  // namespace ganvas
