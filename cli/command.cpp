// What the subcommands share.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <algorithm>
#include <cstdio>

#include "ganvas/world/place.h"

namespace ganvas {

Machine machine_of(const Settings& given) {
  auto config = config_of<MachineConfig>(given);
  const auto place = place_of_environment();
  if (place.size > 1) config = shared_out(config, place.local_rank, place.sharing);
  return set_up_machine(config, Work::kInference);
}

void print_table(const std::vector<std::vector<std::string>>& lines) {
  std::vector<size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      const int width = static_cast<int>(widths[i]);
      std::printf(i == 0 ? "%-*s" : "  %*s", width, line[i].c_str());
    }
    std::printf("\n");
  }
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace ganvas
