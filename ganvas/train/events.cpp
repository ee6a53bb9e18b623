// What happens in a run: the sinks of its events.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/events.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"

namespace ganvas {
namespace {

std::string line_of(const Event& event) {
  Json line = {{"kind", event.kind}, {"step", event.step}};
  for (const auto& [name, value] : event.numbers) line[name] = value;
  if (!event.text.empty()) line["text"] = event.text;
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

double number_of(const Event& event, const std::string& name) {
  for (const auto& [key, value] : event.numbers) {
    if (key == name) return value;
  }
  return 0;
}

std::string progress_text(const Event& event, int64_t total) {
  std::ostringstream text;
  text.precision(3);
  const double share = 100.0 * static_cast<double>(event.step) / static_cast<double>(total);
  text << "step " << event.step << "/" << total << " (" << static_cast<int>(share) << " %)";
  for (const auto& [name, value] : event.numbers) {
    if (name.find('.') != std::string::npos) text << "  " << name << " " << value;
  }
  text << "  " << number_of(event, "images_per_s") << " images/s  "
       << duration_text(number_of(event, "seconds_left")) << " left";
  return text.str();
}

}  // namespace

Sink jsonl_sink(const fs::path& path, int64_t kept_steps) {
  std::string kept;
  if (fs::exists(path)) {
    for (const auto& event : read_events(path)) {
      if (event.step <= kept_steps) kept += line_of(event);
    }
  }
  write_file(path, kept);
  auto out = std::make_shared<std::ofstream>(path, std::ios::app);
  return [out, path](const Event& event) {
    *out << line_of(event) << std::flush;
    require(out->good(), path.string(), ": writing failed; is the disk full?");
  };
}

Sink console_sink(int64_t total_steps) {
  // A log gets a line for the first step, and one a minute at least: silence looks like a hang.
  static constexpr std::chrono::minutes kLongestSilence{1};
  using Clock = std::chrono::steady_clock;
  const int64_t milestone = std::max<int64_t>(1, total_steps / 20);
  std::optional<Clock::time_point> said;
  return [total_steps, milestone, said](const Event& event) mutable {
    if (event.kind == "step") {
      const auto now = Clock::now();
      const bool is_due = !said || now - *said >= kLongestSilence;
      const bool marked = is_due || event.step % milestone == 0 || event.step == total_steps;
      if (marked) said = now;
      show_progress(progress_text(event, total_steps), marked);
    } else if (event.kind == "validation") {
      std::ostringstream text;
      text.precision(4);
      text << "validation at step " << event.step << ": ";
      for (const auto& [name, value] : event.numbers) text << " " << name << " " << value;
      if (event.numbers.empty()) text << " nothing to count; see the images in samples/";
      note(text.str());
    } else if (event.kind == "skipped") {
      warn("passed over: " + event.text);
    }
  };
}

std::vector<Event> read_events(const fs::path& path) {
  std::vector<Event> events;
  std::istringstream in(read_file(path));
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.back() != '}') continue;  // cut off by a kill
    const auto json = parse_json(line, path.string());
    Event event{json.value("kind", ""), json.value("step", int64_t{0})};
    for (const auto& [name, value] : json.items()) {
      if (value.is_number() && name != "step") event.numbers.emplace_back(name, value);
    }
    event.text = json.value("text", "");
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace ganvas
