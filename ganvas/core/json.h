// JSON in and out, with the limits that a file from a stranger needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "ganvas/core/config.h"

namespace ganvas {

using Json = nlohmann::ordered_json;  // keeps the order of the keys

/// Parses JSON text from a source that is not trusted.
///
///   who:    what the text is, for the error ("model.safetensors header")
///   Throws Error on malformed text, nesting deeper than 32, or a key given twice in one object.
Json parse_json(const std::string& text, const std::string& who);

/// The knobs as one flat JSON object, numbers and switches with their own type.
Json knobs_to_json(const std::vector<Knob>& knobs);

/// The settings of a flat JSON object, under the names of today. Throws Error if it is not one, or a value is a list or an
/// object.
Settings settings_from_json(const Json& object, const std::string& who);

/// JSON as one line, without its end. What is no UTF-8 in it is replaced.
std::string line_of_json(const Json& json);

/// Reads and parses a JSON file. Throws Error naming the path.
Json read_json(const std::string& path);

}  // namespace ganvas
