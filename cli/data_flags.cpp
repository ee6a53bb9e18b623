// Flags for the knobs of data.
// SPDX-License-Identifier: Apache-2.0
#include "cli/data_flags.h"

#include <set>

#include "ganvas/tasks/task.h"

namespace ganvas {

void take_data_knobs(Arguments& expected, Settings& given, std::optional<Task> task,
                     const std::vector<Knob>& others) {
  std::set<std::string> taken;
  for (const auto& knob : others) taken.insert(knob.name);
  for (const bool is_shown : {true, false}) {
    for (const auto& row : tasks()) {
      if ((!task || row.serves == *task) != is_shown) continue;
      for (const auto& knob : row.knobs) {
        if (!taken.insert(knob.name).second) continue;
        expected.take({knob}, given, is_shown ? "Data: " + row.name : "");
      }
    }
  }
}

}  // namespace ganvas
