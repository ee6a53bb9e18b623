// Figures by name, as a table and as JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ganvas {

using Numbers = std::vector<std::pair<std::string, double>>;

using TextTable = std::vector<std::vector<std::string>>;

/// Figures by name, with what they mean in words.
struct Figures {
  std::string protocol;
  Numbers numbers;
  TextTable confusion = {};  // of a classifier: a header, then a row for each true class
};

/// Two columns for the terminal and HTML, and the JSON text.
TextTable figure_table(const Figures& figures);
std::string to_json_text(const Figures& figures);

}  // namespace ganvas
