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
  std::string
      kind;  // "start", "step", "validation", "checkpoint", "skipped", "watchdog", "verdict"
  int64_t step = 0;  // finished steps when it happened
  std::vector<std::pair<std::string, double>> numbers = {};
  std::string text = {};  // a path or a reason
};

/// A number of an event by its name, 0 if it has none.
double number_of(const Event& event, const std::string& name);

/// A validation's score, the lower the better, among its numbers: for the trainer; one of the figures says it
/// to people.
inline constexpr auto kScore = "score";

/// 1 among them if different images became the same one, 0 if not.
inline constexpr auto kIgnoresInput = "ignores_input";

/// True for numbers that are for the trainer.
inline bool is_inner_number(const std::string& name) {
  return name == kScore || name == kIgnoresInput;
}

/// Where events go. Called on the training thread.
using Sink = std::function<void(const Event&)>;

/// Appends each event as a line of JSON. Lines of steps after `kept_steps` are dropped first: a
/// resumed run makes them again. Throws Error when the file cannot be written.
Sink jsonl_sink(const std::filesystem::path& path, int64_t kept_steps);

/// Draws progress on standard error: step, losses, images a second, time left; where that is no terminal,
/// for the first step, each twentieth part of the run, and once a minute at least.
///   epoch: its steps
Sink console_sink(int64_t total_steps, int64_t epoch);

/// Steps of a log that are read at most, evenly spread: a hundred for each point of a chart.
inline constexpr int64_t kMostStepsRead = 20000;

/// Reads the file back, as many of its steps and all else. A last line that was cut off is left out.
/// Memory does not grow with the file.
std::vector<Event> read_events(const std::filesystem::path& path,
                               int64_t most_steps = kMostStepsRead);

/// The line of a file that an event is, without its end.
std::string line_of_event(const Event& event);

/// The event that a line of such a file is. Throws Error, naming the file, if it is none.
Event parse_event(const std::string& line, const std::filesystem::path& path);

/// The events of some kinds; none where there is no file.
std::vector<Event> read_events_of(const std::filesystem::path& path,
                                  const std::vector<std::string>& kinds);

}  // namespace ganvas
