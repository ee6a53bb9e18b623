// A run's folder, as it grows.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/run_watch.h"

#include <cmath>
#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganvas/core/files.h"
#include "ganvas/image/codec.h"
#include "ganvas/serve/http.h"

namespace ganvas {
namespace {

constexpr size_t kMostHappened = 200;

Json figures_of(const Event& validation) {
  Json figures = Json::object();
  for (const auto& [name, value] : validation.numbers) {
    if (!is_inner_number(name)) figures[name] = value;
  }
  return figures;
}

/// Bytes that a process holds in memory, 0 if it is gone.
double memory_of(int64_t process) {
  constexpr double kPage = 4096;
  std::ifstream in(c10::str("/proc/", process, "/statm"));
  double all = 0, resident = 0;
  return in >> all >> resident ? resident * kPage : 0;
}

/// A curve's stretches that reach behind a step.
Json json_of(const ReducedCurve& curve, int64_t from) {
  Json steps = Json::array(), means = Json::array(), lows = Json::array(), highs = Json::array();
  for (const auto& stretch : curve.stretches()) {
    const int64_t end = (stretch.index + 1) * curve.width();
    if (end <= from) continue;
    steps.push_back(end);
    means.push_back(stretch.mean());
    lows.push_back(stretch.low);
    highs.push_back(stretch.high);
  }
  return {{"step", steps}, {"mean", means}, {"low", lows}, {"high", highs}};
}

}  // namespace

std::string name_of(const fs::path& path) {
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

RunWatch::RunWatch(int64_t id, const fs::path& folder)
    : id_(id), folder_(folder), config_(read_run_config(folder)), log_(folder / "events.jsonl") {}

void RunWatch::forget() {
  curves_.clear();
  figures_.clear();
  happened_.clear();
  last_step_ = last_validation_ = {};
  damaged_ = 0;
  ++begun_;
  if (is_there_) config_ = read_run_config(folder_);
}

bool RunWatch::is_there() const {
  const std::scoped_lock lock(mutex_);
  return is_there_;
}

void RunWatch::hear(const Event& event) {
  if (event.kind == "step") {
    last_step_ = event;
    for (const auto& [name, value] : event.numbers) {
      const bool is_shown = name.find('.') != name.npos || name == "lr";
      if (is_shown) curves_[name].add(event.step, value);
    }
  } else if (event.kind == "validation") {
    last_validation_ = event;
    for (const auto& [name, value] : event.numbers) {
      if (!is_inner_number(name)) figures_[name].add(std::max<int64_t>(event.step, 1), value);
    }
  } else if (event.kind != "checkpoint") {
    if (happened_.size() == kMostHappened) happened_.erase(happened_.begin());
    happened_.push_back(event);
  }
  if (event.kind == "watchdog") {  // which may have gone back
    for (auto* all : {&curves_, &figures_}) {
      for (auto& [name, curve] : *all) curve.drop_after(event.step);
    }
    ++begun_;
  }
}

bool RunWatch::refresh() {
  const std::scoped_lock lock(mutex_);
  const auto hear_line = [this](const std::string& line) {
    try {
      hear(parse_event(line, folder_ / "events.jsonl"));
    } catch (const Error&) {
      ++damaged_;
    }
  };
  const bool was_there = std::exchange(is_there_, holds_run(folder_));
  if (is_there_ && !was_there) forget();
  bool is_new = log_.read(hear_line, [this] { forget(); }) || is_there_ != was_there;
  const auto process = process_at_work(folder_);
  const auto count = sheets().size();
  is_new = is_new || process != process_ || count != sheet_count_;
  process_ = process;
  sheet_count_ = count;
  return is_new;
}

Json RunWatch::line() const {
  const std::scoped_lock lock(mutex_);
  const double left = number_of(last_step_, "seconds_left");
  const double rate = number_of(last_step_, "images_per_s");
  const double batch = std::max(
      1.0, std::strtod(find_setting(config_.settings, "batch").value_or("1").c_str(), nullptr));
  const auto all = last_step_.step + std::llround(left * rate / batch);
  return {{"id", id_},
          {"name", name_of(folder_)},
          {"method", config_.method},
          {"data", fs::path(config_.data).filename().string()},
          {"step", last_step_.step},
          {"steps", all},
          {"seconds_left", left},
          {"images_per_s", rate},
          {"steps_per_s", rate / batch},
          {"waiting", number_of(last_step_, "waiting")},
          {"waiting_for_others", number_of(last_step_, "waiting_for_others")},
          {"memory", memory_of(process_)},
          {"is_at_work", process_ != 0},
          {"is_there", is_there_},
          {"figures", figures_of(last_validation_)},
          {"begun", begun_},
          {"sheets", sheet_count_},
          {"last_words", happened_.empty() ? "" : happened_.back().text}};
}

std::map<int64_t, fs::path> RunWatch::sheets() const {
  std::map<int64_t, fs::path> found;
  std::error_code none;
  for (fs::directory_iterator entry(folder_ / "samples", none), end; !none && entry != end;
       entry.increment(none)) {
    const auto step = step_of(entry->path());
    if (step >= 0 && has_image_name(entry->path())) found[step] = entry->path();
  }
  return found;
}

Json RunWatch::story() const {
  Json knobs = Json::object(), happened = Json::array(), steps = Json::array();
  for (const auto& [step, file] : sheets()) steps.push_back(step);
  const std::scoped_lock lock(mutex_);
  for (const auto& [name, value] : config_.settings) knobs[name] = value;
  for (const auto& event : happened_) {
    const auto text = event.kind == "skipped" ? "passed over: " + event.text : event.text;
    happened.push_back({{"step", event.step}, {"kind", event.kind}, {"text", text}});
  }
  if (damaged_ > 0) {
    const auto text =
        c10::str("lines of events.jsonl that are no events, and are left out: ", damaged_);
    happened.push_back({{"step", last_step_.step}, {"kind", "damaged"}, {"text", text}});
  }
  return {{"knobs", knobs}, {"happened", happened}, {"sheets", steps}};
}

Json RunWatch::curves(int64_t from) const {
  const std::scoped_lock lock(mutex_);
  Json losses = Json::object(), figures = Json::object();
  int64_t width = 1;
  for (const auto& [name, curve] : curves_) width = std::max(width, curve.width());
  for (const auto& [name, curve] : curves_) losses[name] = json_of(curve, from);
  for (const auto& [name, curve] : figures_) figures[name] = json_of(curve, 0);
  return {{"width", width}, {"begun", begun_}, {"curves", losses}, {"figures", figures}};
}

fs::path RunWatch::sheet(int64_t step) const {
  const auto all = sheets();
  const auto found = all.find(step);
  if (found == all.end()) throw HttpError(404, c10::str("there is no sheet of step ", step));
  return found->second;
}

}  // namespace ganvas
