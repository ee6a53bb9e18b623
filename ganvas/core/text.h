// Words and texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ganvas {

/// "a,b" as a, b; nothing of an empty text.
std::vector<std::string> split_at(const std::string& text, char separator);
inline std::vector<std::string> split_at_commas(const std::string& text) {
  return split_at(text, ',');
}

/// The text without blanks, tabs and carriage returns at its ends.
std::string trimmed(const std::string& text);

/// The number that a text of up to nine digits is; none of other texts.
std::optional<int64_t> whole_number(const std::string& text);

/// The name in `known` that needs the fewest edits to become `name`; empty if none is near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& known);

/// ", did you mean X?" with the nearest of `known`, or nothing.
std::string did_you_mean(const std::string& name, const std::vector<std::string>& known);

/// A text as XML, HTML and SVG take it between tags and in quotes.
std::string escaped(const std::string& text);

}  // namespace ganvas
