// Figures by name, as a table and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/figures.h"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "ganvas/core/json.h"

namespace ganvas {

TextTable figure_table(const Figures& figures) {
  TextTable table = {{"figure", "value"}};
  for (const auto& [name, value] : figures.numbers) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4f", value);
    table.push_back({name, text.data()});
  }
  return table;
}

std::string to_json_text(const Figures& figures) {
  Json json = {{"protocol", figures.protocol}};
  for (const auto& [name, value] : figures.numbers) json[name] = value;
  if (!figures.confusion.empty()) json["confusion"] = figures.confusion;
  return json.dump(2) + "\n";
}

}  // namespace ganvas
