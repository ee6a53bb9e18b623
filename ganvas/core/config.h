// Knobs: a config is a plain struct whose visit() names each field once; flags, help, JSON, docs
// and checkpoint data are derived from that. Not a goal: nesting, lists, or knobs made at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ganvas/core/error.h"
#include "ganvas/core/frame_size.h"
#include "ganvas/core/text.h"

namespace ganvas {

/// The values a numeric knob may take, both ends included.
struct Range {
  double low, high;
};

/// The words a text knob may take.
using Choices = std::vector<std::string>;

enum class KnobKind { kInteger, kNumber, kSwitch, kFrame, kText };

/// What the command line, the help, config.json and a checkpoint know of one knob.
struct Knob {
  std::string name;   // "l1-weight"; the flag is --l1-weight
  std::string value;  // as text that reads back to the same value
  std::string help;
  KnobKind kind = KnobKind::kText;
  std::optional<Range> range = {};
  Choices choices = {};
};

/// Values by knob name, as text, in the order they were given.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// A knob's value as text that reads back to the same value.
std::string knob_text(int64_t value);
std::string knob_text(double value);
std::string knob_text(bool value);
std::string knob_text(const FrameSize& value);
std::string knob_text(const std::string& value);

/// Reads the text of a knob's value into `value`.
/// Throws UsageError if the text is no such value, is outside `range`, or is none of `choices`.
void read_knob(const Knob& knob, const std::string& text, int64_t& value);
void read_knob(const Knob& knob, const std::string& text, double& value);
void read_knob(const Knob& knob, const std::string& text, bool& value);
void read_knob(const Knob& knob, const std::string& text, FrameSize& value);
void read_knob(const Knob& knob, const std::string& text, std::string& value);

/// The place of a text among the knob's choices. Throws UsageError if it is none of them.
size_t choice_index(const Knob& knob, const std::string& text);

template <typename Enum>
  requires std::is_enum_v<Enum>
void read_knob(const Knob& knob, const std::string& text, Enum& value) {
  value = static_cast<Enum>(choice_index(knob, text));
}

/// `text` as knob_text() would write the value: "0.0002" and "2e-4" become one.
std::string normal_text(const Knob& knob, const std::string& text);

/// "--flag N" as a help page shows the values a knob takes: "1..512", "unet|resnet", "text".
std::string accepted_values(const Knob& knob);

/// The value of the setting called `name`, the last one if it was given twice.
std::optional<std::string> find_setting(const Settings& settings, const std::string& name);

namespace detail {

template <typename T>
constexpr KnobKind kind_of() {
  if constexpr (std::same_as<T, bool>) {
    return KnobKind::kSwitch;
  } else if constexpr (std::integral<T>) {
    return KnobKind::kInteger;
  } else if constexpr (std::floating_point<T>) {
    return KnobKind::kNumber;
  } else if constexpr (std::same_as<T, FrameSize>) {
    return KnobKind::kFrame;
  } else {
    return KnobKind::kText;
  }
}

/// Calls `seen(knob, field)` for each field that a config visits.
template <typename Seen>
struct Visitor {
  Seen seen;

  template <typename T>
  void operator()(const char* name, T& field, const char* help) {
    seen(Knob{name, knob_text(field), help, kind_of<T>()}, field);
  }
  template <typename T>
  void operator()(const char* name, T& field, const char* help, Range range) {
    seen(Knob{name, knob_text(field), help, kind_of<T>(), range}, field);
  }
  void operator()(const char* name, std::string& field, const char* help, Choices choices) {
    seen(Knob{name, field, help, KnobKind::kText, {}, std::move(choices)}, field);
  }

  /// An enum: a word for each of its values, in their order.
  template <typename Enum>
    requires std::is_enum_v<Enum>
  void operator()(const char* name, Enum& field, const char* help, Choices choices) {
    auto word = choices.at(static_cast<size_t>(field));
    seen(Knob{name, std::move(word), help, KnobKind::kText, {}, std::move(choices)}, field);
  }
};

template <typename Config, typename Seen>
void visit_knobs(Config& config, Seen seen) {
  Visitor<Seen> visitor{seen};
  config.visit(visitor);
}

}  // namespace detail

/// Every knob of `config` with its present value, in declaration order.
template <typename Config>
std::vector<Knob> describe(Config config) {
  std::vector<Knob> knobs;
  detail::visit_knobs(config, [&](const Knob& knob, auto&) { knobs.push_back(knob); });
  return knobs;
}

/// Takes from `settings` those that name a knob of `config`; leaves the others alone.
/// Throws UsageError on a value that the knob does not accept.
template <typename Config>
void assign_known(Config& config, const Settings& settings) {
  detail::visit_knobs(config, [&](const Knob& knob, auto& field) {
    if (const auto text = find_setting(settings, knob.name)) read_knob(knob, *text, field);
  });
}

/// A config with what `settings` say of its knobs; the rest of both is left alone.
/// Throws UsageError on a value that a knob does not accept.
template <typename Config>
Config config_of(const Settings& settings) {
  Config config;
  assign_known(config, settings);
  return config;
}

/// Takes all `settings` into `config`. Throws UsageError on an unknown name or a refused value.
template <typename Config>
void assign(Config& config, const Settings& settings) {
  std::vector<std::string> known;
  for (const auto& knob : describe(config)) known.push_back(knob.name);
  for (const auto& [name, text] : settings) {
    require_usage(std::find(known.begin(), known.end(), name) != known.end(), "unknown option --",
                  name, did_you_mean(name, known));
  }
  assign_known(config, settings);
}

/// The present values of `config` as settings.
template <typename Config>
Settings settings_of(const Config& config) {
  Settings settings;
  for (const auto& knob : describe(config)) settings.emplace_back(knob.name, knob.value);
  return settings;
}

}  // namespace ganvas
