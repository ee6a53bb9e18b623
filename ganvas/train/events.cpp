// What happens in a run: the sinks of its events.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/events.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
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

/// What a line begins with: enough to pass over those that are not wanted, which are nearly all.
struct Head {
  std::string kind;
  int64_t step = 0;
};

Head head_of(const std::string& line, const fs::path& path) {
  static const std::string before = R"({"kind":")", between = R"(","step":)";
  const auto middle = line.find(between, before.size());
  if (line.rfind(before, 0) != 0 || middle == std::string::npos) {
    const auto event = parse_event(line, path);
    return {event.kind, event.step};
  }
  return {line.substr(before.size(), middle - before.size()),
          std::strtoll(line.c_str() + middle + between.size(), nullptr, 10)};
}

/// Calls `hear` with each whole line, until it says false.
///   returns: the bytes of the lines that it said true of
template <typename Hear>
uintmax_t for_each_line(const fs::path& path, const Hear& hear) {
  std::ifstream in(path, std::ios::binary);
  require(in.good(), path.string(), ": cannot be read");
  uintmax_t end = 0;
  for (std::string line; std::getline(in, line);) {
    if (in.eof() || line.empty() || line.back() != '}') break;  // cut off by a kill
    if (!hear(head_of(line, path), line)) break;
    end += line.size() + 1;
  }
  return end;
}

/// Cuts a log behind the last event of these steps: a run that goes on makes the others again.
void cut_behind(const fs::path& path, int64_t kept_steps) {
  if (!path_exists(path)) return;
  const auto end = for_each_line(
      path, [kept_steps](const Head& head, const std::string&) { return head.step <= kept_steps; });
  fs::resize_file(path, end);
}

std::string progress_text(const Event& event, int64_t total, int64_t epoch) {
  std::ostringstream text;
  text.precision(3);
  const double share = 100.0 * static_cast<double>(event.step) / static_cast<double>(total);
  text << "step " << event.step << "/" << total << " (" << static_cast<int>(share) << " %)  "
       << duration_text(number_of(event, "seconds_left")) << " left  epoch "
       << (event.step + epoch - 1) / epoch;
  for (const auto& [name, value] : event.numbers) {
    if (name.find('.') != std::string::npos) text << "  " << name << " " << value;
  }
  text << "  " << number_of(event, "images_per_s") << " images/s  learning rate "
       << number_of(event, "lr");
  return text.str();
}

}  // namespace

std::string line_of_event(const Event& event) {
  Json line = {{"kind", event.kind}, {"step", event.step}};
  for (const auto& [name, value] : event.numbers) line[name] = value;
  if (!event.text.empty()) line["text"] = event.text;
  return line_of_json(line);
}

Event parse_event(const std::string& line, const fs::path& path) {
  const auto json = parse_json(line, path.string());
  try {
    Event event{json.value("kind", ""), json.value("step", int64_t{0})};
    for (const auto& [name, value] : json.items()) {
      if (value.is_number() && name != "step") event.numbers.emplace_back(name, value);
    }
    event.text = json.value("text", "");
    return event;
  } catch (const Json::exception& error) {
    throw Error(c10::str(path.string(), ": has the line '", line.substr(0, 60),
                         " ...', which is no event: ", error.what()));
  }
}

double number_of(const Event& event, const std::string& name) {
  for (const auto& [key, value] : event.numbers) {
    if (key == name) return value;
  }
  return 0;
}

Sink jsonl_sink(const fs::path& path, int64_t kept_steps) {
  cut_behind(path, kept_steps);
  auto out = std::make_shared<std::ofstream>(path, std::ios::app);
  return [out, path](const Event& event) {
    *out << line_of_event(event) << '\n' << std::flush;
    require(out->good(), path.string(), ": writing failed; is the disk full?");
  };
}

Sink console_sink(int64_t total_steps, int64_t epoch) {
  // A log gets a line for the first step, and one a minute at least: silence looks like a hang.
  static constexpr std::chrono::minutes kLongestSilence{1};
  using Clock = std::chrono::steady_clock;
  const int64_t milestone = std::max<int64_t>(1, total_steps / 20);
  std::optional<Clock::time_point> said;
  return [total_steps, epoch, milestone, said](const Event& event) mutable {
    if (event.kind == "step") {
      const auto now = Clock::now();
      const bool is_due = !said || now - *said >= kLongestSilence;
      const bool marked = is_due || event.step % milestone == 0 || event.step == total_steps;
      if (marked) said = now;
      show_progress(progress_text(event, total_steps, epoch), marked);
    } else if (event.kind == "validation") {
      std::ostringstream text;
      text.precision(4);
      text << "validation at step " << event.step << ": ";
      for (const auto& [name, value] : event.numbers) {
        if (!is_inner_number(name)) text << " " << name << " " << value;
      }
      if (event.numbers.empty()) text << " nothing to count; see the images in samples/";
      note(text.str());
    } else if (event.kind == "skipped") {
      warn("passed over: " + event.text);
    } else if (event.kind == "watchdog" || event.kind == "verdict") {
      warn(event.text);
    }
  };
}

std::vector<Event> read_events(const fs::path& path, int64_t most_steps) {
  int64_t steps = 0, stride = 1;
  for_each_line(path, [&](const Head& head, const std::string&) {
    steps = head.step;
    return true;
  });
  while (steps / stride > most_steps) stride *= 2;
  std::vector<Event> events;
  for_each_line(path, [&](const Head& head, const std::string& line) {
    const bool is_left_out = head.kind == "step" && head.step % stride != 0;
    if (!is_left_out) events.push_back(parse_event(line, path));
    return true;
  });
  return events;
}

std::vector<Event> read_events_of(const fs::path& path, const std::vector<std::string>& kinds) {
  std::vector<Event> events;
  if (!path_exists(path)) return events;
  for_each_line(path, [&](const Head& head, const std::string& line) {
    const bool is_asked = std::find(kinds.begin(), kinds.end(), head.kind) != kinds.end();
    if (is_asked) events.push_back(parse_event(line, path));
    return true;
  });
  return events;
}

}  // namespace ganvas
