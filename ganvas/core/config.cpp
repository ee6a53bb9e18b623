// Reading and writing the values of knobs, and finding the name that was meant.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

namespace ganvas {
namespace {

template <typename Number>
std::string number_text(Number value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

template <typename Number>
void read_number(const Knob& knob, const std::string& text, Number& value) {
  Number parsed{};
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, parsed);
  require_usage(result.ec == std::errc() && result.ptr == end && std::isfinite(double(parsed)),
                "--", knob.name, ": got '", text, "', expected ", accepted_values(knob));
  if (knob.range) {
    const auto number = static_cast<double>(parsed);
    require_usage(number >= knob.range->low && number <= knob.range->high, "--", knob.name,
                  ": got ", text, ", expected ", accepted_values(knob));
  }
  value = parsed;
}

/// The fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> edits(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) edits[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) edits[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, replaced});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
    }
  }
  return edits[a.size()][b.size()];
}

}  // namespace

std::string knob_text(int64_t value) {
  return number_text(value);
}

std::string knob_text(double value) {
  return number_text(value);
}

std::string knob_text(bool value) {
  return value ? "on" : "off";
}

std::string knob_text(const std::string& value) {
  return value;
}

void read_knob(const Knob& knob, const std::string& text, int64_t& value) {
  read_number(knob, text, value);
}

void read_knob(const Knob& knob, const std::string& text, double& value) {
  read_number(knob, text, value);
}

void read_knob(const Knob& knob, const std::string& text, bool& value) {
  const bool yes = text == "on" || text == "true" || text == "yes" || text == "1";
  const bool no = text == "off" || text == "false" || text == "no" || text == "0";
  require_usage(yes || no, "--", knob.name, ": got '", text, "', expected on or off");
  value = yes;
}

void read_knob(const Knob& knob, const std::string& text, std::string& value) {
  const auto& choices = knob.choices;
  require_usage(choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end(),
                "--", knob.name, ": got '", text, "', expected ", accepted_values(knob),
                did_you_mean(text, choices));
  value = text;
}

std::string normal_text(const Knob& knob, const std::string& text) {
  const auto through = [&](auto value) {
    read_knob(knob, text, value);
    return knob_text(value);
  };
  switch (knob.kind) {
    case KnobKind::kInteger:
      return through(int64_t{});
    case KnobKind::kNumber:
      return through(double{});
    case KnobKind::kSwitch:
      return through(bool{});
    case KnobKind::kText:
      break;
  }
  return through(std::string{});
}

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, separator);) parts.push_back(part);
  return parts;
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& known) {
  std::string best;
  size_t least = name.size() + 1;
  for (const auto& candidate : known) {
    const size_t edits = edit_distance(name, candidate);
    // Further away is another word; so is a short one that begins otherwise.
    const size_t letters = std::min(name.size(), candidate.size());
    const bool is_near = 3 * edits <= letters + 1 ||
                         (letters >= 4 && candidate.rfind(name, 0) == 0) ||
                         (candidate.size() >= 4 && name.rfind(candidate, 0) == 0);
    if (is_near && edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& known) {
  const auto nearest = nearest_name(name, known);
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

std::string accepted_values(const Knob& knob) {
  if (!knob.choices.empty()) {
    std::string words = knob.choices[0];
    for (size_t i = 1; i < knob.choices.size(); ++i) words += "|" + knob.choices[i];
    return words;
  }
  const std::string bounds =
      knob.range ? knob_text(knob.range->low) + ".." + knob_text(knob.range->high) : "";
  switch (knob.kind) {
    case KnobKind::kInteger:
      return knob.range ? "an integer in " + bounds : "an integer";
    case KnobKind::kNumber:
      return knob.range ? "a number in " + bounds : "a number";
    case KnobKind::kSwitch:
      return "on|off";
    case KnobKind::kText:
      break;
  }
  return "text";
}

std::optional<std::string> find_setting(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.rbegin(), settings.rend(),
                                  [&](const auto& setting) { return setting.first == name; });
  if (found == settings.rend()) return std::nullopt;
  return found->second;
}

}  // namespace ganvas
