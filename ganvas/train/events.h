// What happens in a run, as plain structs that are handed to sinks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ganvas {

/// One thing that happened: a line of events.jsonl.
struct Event {
  std::string kind;  // "step", "validation", "checkpoint", "skipped"
  int64_t step = 0;  // finished steps when it happened
  std::vector<std::pair<std::string, double>> numbers = {};
  std::string text = {};  // a path or a reason
};

/// Where events go. Called on the training thread.
using Sink = std::function<void(const Event&)>;

/// Appends each event as a line of JSON. Lines of steps after `kept_steps` are dropped first: a
/// resumed run makes them again. Throws Error when the file cannot be written.
Sink jsonl_sink(const std::filesystem::path& path, int64_t kept_steps);

/// Draws progress on standard error: step, losses, images a second, time left; where that is no terminal,
/// for the first step, each twentieth part of the run, and once a minute at least.
Sink console_sink(int64_t total_steps);

/// Reads the file back. A last line that was cut off is left out.
std::vector<Event> read_events(const std::filesystem::path& path);

}  // namespace ganvas
