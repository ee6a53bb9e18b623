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

std::string knob_text(const FrameSize& value) {
  return value.is_square() ? number_text(value.width) : c10::str(value.width, "x", value.height);
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

void read_knob(const Knob& knob, const std::string& text, FrameSize& value) {
  const auto cross = text.find_first_of("xX");
  if (cross == std::string::npos) {
    int64_t side = 0;
    read_number(knob, text, side);
    value = side;
    return;
  }
  require_usage(cross > 0 && cross + 1 < text.size(), "--", knob.name, ": got '", text,
                "', expected ", accepted_values(knob));
  int64_t width = 0, height = 0;
  read_number(knob, text.substr(0, cross), width);
  read_number(knob, text.substr(cross + 1), height);
  value = {width, height};
}

size_t choice_index(const Knob& knob, const std::string& text) {
  const auto& choices = knob.choices;
  const auto found = std::find(choices.begin(), choices.end(), text);
  require_usage(found != choices.end(), "--", knob.name, ": got '", text, "', expected ",
                accepted_values(knob), did_you_mean(text, choices));
  return static_cast<size_t>(found - choices.begin());
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
    case KnobKind::kFrame:
      return through(FrameSize{1});
    case KnobKind::kText:
      break;
  }
  return through(std::string{});
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
    case KnobKind::kFrame:
      return "a side in " + bounds + ", or WIDTHxHEIGHT";
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
