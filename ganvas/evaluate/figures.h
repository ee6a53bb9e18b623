// Figures by name, as a table and as JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ganvas {

using Numbers = std::vector<std::pair<std::string, double>>;

/// Figures by name, with what they mean in words.
struct Figures {
  std::string protocol;
  Numbers numbers;
};

/// Two columns for the terminal and HTML, and the JSON text.
std::vector<std::vector<std::string>> figure_table(const Figures& figures);
std::string to_json_text(const Figures& figures);

}  // namespace ganvas
