// What a run became, from its folder.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/report/run.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/train/run_folder.h"

namespace ganvas {
namespace {

/// Things by name, in the order of their first use.
template <typename T>
T& named(std::vector<std::pair<std::string, T>>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.first == name; });
  if (found != all.end()) return found->second;
  return all.emplace_back(name, T{}).second;
}

std::vector<Curve> curves_of(const std::vector<std::pair<std::string, Curve>>& named_curves) {
  std::vector<Curve> curves;
  for (const auto& [name, curve] : named_curves) curves.push_back({name, curve.points});
  return curves;
}

/// What the files of a run say.
struct ReadRun {
  fs::path folder;
  RunConfigFile config;
  std::vector<Event> events;

  std::string name() const { return folder.filename().string(); }

  /// The figures of its last validation.
  std::vector<std::pair<std::string, double>> last_figures() const {
    const auto last = std::find_if(events.rbegin(), events.rend(),
                                   [](const Event& event) { return event.kind == "validation"; });
    if (last == events.rend()) return {};
    auto numbers = last->numbers;
    std::erase_if(numbers, [](const auto& number) { return is_inner_number(number.first); });
    return numbers;
  }
};

/// "--lr 0.001 --width 64": what a run does otherwise than its method unless told.
std::string unusual_knobs(const RunConfigFile& config) {
  RunSpec usual;
  usual.method = config.method;
  usual.data.layout = config_of<LayoutConfig>(config.settings).layout;
  const auto& layout = usual.data.layout;
  std::string text = layout == LayoutConfig{}.layout ? "" : " --layout " + layout;
  for (const auto& knob : usual.knobs()) {
    const auto value = find_setting(config.settings, knob.name);
    if (value && normal_text(knob, *value) != knob.value) text += " --" + knob.name + " " + *value;
  }
  return text.empty() ? "no knob but the defaults" : text.substr(1);
}

std::string short_text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

std::vector<std::vector<std::string>> table_of(const std::vector<ReadRun>& runs) {
  std::vector<std::vector<std::string>> table = {{"run", "method"}};
  for (const auto& run : runs) {
    for (const auto& [name, value] : run.last_figures()) {
      auto& header = table[0];
      if (std::find(header.begin(), header.end(), name) == header.end()) header.push_back(name);
    }
  }
  for (const auto& run : runs) {
    std::vector<std::string> row = {run.name(), run.config.method};
    const auto figures = run.last_figures();
    for (size_t i = row.size(); i < table[0].size(); ++i) {
      const auto found = std::find_if(figures.begin(), figures.end(),
                                      [&](const auto& f) { return f.first == table[0][i]; });
      row.push_back(found == figures.end() ? "" : short_text(found->second));
    }
    table.push_back(row);
  }
  return table;
}

}  // namespace

void add_losses(Page& page, const std::vector<Event>& events) {
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, Curve>>>> charts;
  for (const auto& event : events) {
    if (event.kind != "step") continue;
    for (const auto& [name, value] : event.numbers) {
      const auto dot = name.find('.');
      if (dot == std::string::npos) continue;
      auto& curves = named(charts, name.substr(0, dot));
      const auto step = static_cast<double>(event.step);
      named(curves, name.substr(dot + 1)).points.emplace_back(step, value);
    }
  }
  for (const auto& [player, curves] : charts) {
    page.add_chart(line_chart("loss of the " + player, "step", curves_of(curves)));
  }
}

void add_story(Page& page, const std::vector<Event>& events) {
  constexpr size_t kMost = 100;
  std::vector<std::vector<std::string>> table = {{"step", "what happened"}};
  for (const auto& event : events) {
    const bool is_told = event.kind == "start" || event.kind == "skipped" ||
                         event.kind == "watchdog" || event.kind == "verdict";
    if (!is_told) continue;
    const auto said = event.kind == "skipped" ? "passed over: " + event.text : event.text;
    table.push_back({std::to_string(event.step), said});
  }
  if (table.size() > kMost + 1) {  // the newest tell how it is now
    table.erase(table.begin() + 1, table.end() - kMost);
  }
  if (table.size() > 1) page.add_table(table);
}

void add_figures(Page& page, const std::vector<Event>& events) {
  std::vector<std::pair<std::string, Curve>> curves;
  for (const auto& event : events) {
    if (event.kind != "validation") continue;
    for (const auto& [name, value] : event.numbers) {
      if (is_inner_number(name)) continue;
      named(curves, name).points.emplace_back(static_cast<double>(event.step), value);
    }
  }
  for (const auto& [name, curve] : curves) {
    page.add_chart(line_chart("validation", "step", {{name, curve.points}}));
  }
}

void add_samples(Page& page, const fs::path& run, SampleFiles kind) {
  constexpr size_t kMostEmbedded = 60;
  std::vector<fs::path> files;
  if (is_folder(run / "samples")) {
    for (const auto& entry : fs::directory_iterator(run / "samples")) {
      if (has_image_name(entry.path())) files.push_back(entry.path());
    }
  }
  if (files.empty()) return;
  std::sort(files.begin(), files.end());
  const bool embeds = kind == SampleFiles::kEmbedded;
  const size_t shown = embeds ? std::min(files.size(), kMostEmbedded) : files.size();
  std::vector<Frame> frames;
  for (size_t i = 1; i <= shown; ++i) {  // evenly, and the last one
    const auto& file = files[i * files.size() / shown - 1];
    frames.push_back({file.stem().string(),
                      embeds ? embedded(read_file(file)) : "samples/" + file.filename().string()});
  }
  page.add_frames("what it made while it learned", frames);
}

Page page_of_runs(const std::string& title, const std::vector<fs::path>& folders) {
  std::vector<ReadRun> runs;
  for (const auto& folder : folders) {
    auto config = read_run_config(folder);
    runs.push_back({folder, std::move(config), read_events(folder / "events.jsonl")});
  }
  Page page(title);
  page.add_table(table_of(runs));
  for (const auto& run : runs) {
    page.add_heading(run.name());
    page.add_text("ganvas train --method " + run.config.method + " --data " +
                  fs::path(run.config.data).filename().string() + " " + unusual_knobs(run.config));
    add_samples(page, run.folder, SampleFiles::kEmbedded);
    Page charts;
    add_figures(charts, run.events);
    add_losses(charts, run.events);
    page.add_grid(charts);
  }
  return page;
}

namespace {

/// A page in the run's own folder.
Page own_page(const fs::path& run, const std::vector<Event>& events) {
  Page page(fs::absolute(run).lexically_normal().filename().string());
  add_samples(page, run, SampleFiles::kLinked);
  add_story(page, events);
  add_figures(page, events);
  add_losses(page, events);
  return page;
}

}  // namespace

Sink page_sink(const fs::path& run) {
  constexpr int kRefreshSeconds = 10;
  constexpr size_t kMostKept = 2000;  // events, ten for each point of a chart
  constexpr int64_t kMostStride = int64_t{1} << 40;
  const auto path = run / "events.jsonl";
  auto events = path_exists(path) ? read_events(path) : std::vector<Event>{};
  return [run, events = std::move(events), stride = int64_t{1}](const Event& event) mutable {
    const auto is_left_out = [&stride](const Event& e) {
      return e.kind == "step" && e.step % stride != 0;
    };
    if (event.kind == "watchdog") {  // which may have gone back
      std::erase_if(events, [&](const Event& e) { return e.step > event.step; });
    }
    if (!is_left_out(event)) events.push_back(event);
    while (events.size() > kMostKept && stride < kMostStride) {  // a long run must not fill memory
      stride *= 2;
      events.erase(std::remove_if(events.begin(), events.end(), is_left_out), events.end());
    }
    if (event.kind != "validation") return;
    auto page = own_page(run, events);
    page.refresh_every(kRefreshSeconds);
    write_file(run / "index.html", page.html());
  };
}

void write_run_page(const fs::path& run) {
  write_file(run / "index.html", own_page(run, read_events(run / "events.jsonl")).html());
}

}  // namespace ganvas
