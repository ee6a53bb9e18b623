// Boxes around what images show, and whether activation maps peak in them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/boxes.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/json.h"

namespace ganvas {

Boxes::Boxes(const std::string& file) {
  const auto json = read_json(file);
  for (const auto& [name, list] : json.items()) {
    for (const auto& box : list) {
      const bool is_box =
          box.is_array() && box.size() == 4 &&
          std::all_of(box.begin(), box.end(), [](const Json& edge) { return edge.is_number(); });
      require(is_box, file, ": ", name, ": got ", box.dump(),
              ", expected [left, top, right, bottom]");
      boxes_[name].push_back({box[0], box[1], box[2], box[3]});
    }
  }
}

void Boxes::count(const std::string& name, const Place& peak) {
  const auto found = boxes_.find(name);
  if (found == boxes_.end()) return;
  ++asked_;
  inside_ += std::any_of(found->second.begin(), found->second.end(), [&](const Edges& box) {
    return peak.x >= box.left && peak.x <= box.right && peak.y >= box.top && peak.y <= box.bottom;
  });
}

}  // namespace ganvas
