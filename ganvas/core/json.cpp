// JSON in and out, with the limits that a file from a stranger needs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/json.h"

#include <set>

#include <nlohmann/json.hpp>

#include "ganvas/core/files.h"
#include "ganvas/core/renames.h"

namespace ganvas {
namespace {

constexpr int kDeepest = 32;

/// Watches a parse: refuses what is nested too deeply, and a key that stands twice in one object.
class Watch {
 public:
  explicit Watch(const std::string& who) : who_(who) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    require(depth <= kDeepest, who_, ": got JSON nested deeper than ", kDeepest, " levels");
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto key = parsed.get<std::string>();
      require(keys_.back().insert(key).second, who_, ": got the key '", key, "' twice");
    }
    return true;
  }

 private:
  const std::string& who_;
  std::vector<std::set<std::string>> keys_;  // of each object that is open
};

}  // namespace

Json parse_json(const std::string& text, const std::string& who) {
  try {
    Watch watch(who);
    return Json::parse(text, [&watch](int depth, Json::parse_event_t event, Json& parsed) {
      return watch(depth, event, parsed);
    });
  } catch (const Json::exception& error) {
    throw Error(c10::str(who, ": got text that is not JSON (", error.what(), ")"));
  }
}

Json knobs_to_json(const std::vector<Knob>& knobs) {
  Json object = Json::object();
  for (const auto& knob : knobs) {
    const bool is_rectangle =
        knob.kind == KnobKind::kFrame && knob.value.find('x') != std::string::npos;
    const bool quoted = knob.kind == KnobKind::kText || is_rectangle;
    if (knob.kind == KnobKind::kSwitch) {
      object[knob.name] = knob.value == "on";
    } else {
      object[knob.name] = quoted ? Json(knob.value) : Json::parse(knob.value);
    }
  }
  return object;
}

Settings settings_from_json(const Json& object, const std::string& who) {
  require(object.is_object(), who, ": got JSON that is no object, expected names and values");
  Settings settings;
  for (const auto& [name, value] : object.items()) {
    require(value.is_primitive() && !value.is_null(), who, ": '", name,
            "' is neither a number, a text, nor true or false");
    settings.push_back(
        setting_today(name, value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return settings;
}

Json read_json(const std::string& path) {
  return parse_json(read_file(path), path);
}

std::string line_of_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ganvas
