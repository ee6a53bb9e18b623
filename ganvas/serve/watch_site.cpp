// The half of a site that watches trainings.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/watch_site.h"

#include <algorithm>
#include <cctype>
#include <chrono>

#include <nlohmann/json.hpp>

#include "ganvas/core/files.h"
#include "ganvas/image/formats.h"

namespace ganvas {
namespace {

constexpr int64_t kMostRuns = 10000, kMostSteps = int64_t{1} << 50;

/// "image/webp" of a sheet's name.
std::string media_type(const fs::path& file) {
  auto name = format_named(file)->name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return "image/" + name;
}

/// Where they are, wherever this process goes.
std::vector<fs::path> absolute(std::vector<fs::path> folders) {
  for (auto& folder : folders) {
    folder = fs::absolute(folder).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();  // ended in a slash
  }
  return folders;
}

}  // namespace

WatchSite::WatchSite(std::vector<fs::path> folders) : folders_(absolute(std::move(folders))) {
  for (const auto& folder : folders_) {
    require(is_folder(folder), folder.string(),
            ": is no folder; name runs, or a folder that holds runs");
  }
  find_runs();
}

WatchSite::~WatchSite() {
  end();
}

void WatchSite::end() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WatchSite::find_runs() {
  std::vector<fs::path> found;
  for (const auto& folder : folders_) {
    if (holds_run(folder)) found.push_back(folder);
    std::error_code none;
    for (fs::directory_iterator entry(folder, none), end; !none && entry != end;
         entry.increment(none)) {
      if (is_folder(entry->path()) && holds_run(entry->path())) found.push_back(entry->path());
    }
  }
  std::sort(found.begin(), found.end());
  for (const auto& folder : found) {
    const std::scoped_lock lock(mutex_);
    const bool is_known = std::any_of(runs_.begin(), runs_.end(),
                                      [&](const auto& run) { return run->folder() == folder; });
    if (is_known || std::ssize(runs_) >= kMostRuns) continue;
    try {
      runs_.push_back(std::make_shared<RunWatch>(std::ssize(runs_), folder));
    } catch (const std::exception&) {
      continue;  // being written, or damaged: perhaps the next time
    }
  }
}

std::vector<std::shared_ptr<RunWatch>> WatchSite::runs() const {
  const std::scoped_lock lock(mutex_);
  return runs_;
}

void WatchSite::look(const std::function<void(const std::string&)>& tell) const {
  for (const auto& run : runs()) {
    try {
      if (!run->refresh()) continue;
    } catch (const std::exception&) {
      continue;  // its folder is going away: the next time
    }
    const Json message = {{"kind", "run"}, {"run", run->line()}};
    tell(line_of_json(message));
  }
}

bool WatchSite::wait() {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, std::chrono::seconds(1), [this] { return is_stopping_; });
}

void WatchSite::begin(std::function<void(const std::string&)> tell) {
  thread_ = std::thread([this, tell = std::move(tell)] {
    do {
      find_runs();
      look(tell);
    } while (wait());
  });
}

std::shared_ptr<RunWatch> WatchSite::run(const HttpRequest& request) const {
  const auto id = request.number("run", kMostRuns);
  const std::scoped_lock lock(mutex_);
  if (id >= std::ssize(runs_)) throw HttpError(404, c10::str("there is no run ", id));
  return runs_[static_cast<size_t>(id)];
}

std::vector<Route> WatchSite::routes() {
  const auto list = [this](const HttpRequest&) {
    Json lines = Json::array();
    for (const auto& run : runs()) {
      if (run->is_there()) lines.push_back(run->line());
    }
    return json_response(lines);
  };
  const auto sheet = [this](const HttpRequest& request) {
    const auto file = run(request)->sheet(request.number("step", kMostSteps));
    return HttpResponse{.type = media_type(file),
                        .body = std::make_shared<const std::string>(read_file(file))};
  };
  return {{"GET", "/api/runs", list},
          {"GET", "/api/story",
           [this](const HttpRequest& request) { return json_response(run(request)->story()); }},
          {"GET", "/api/curves",
           [this](const HttpRequest& request) {
             return json_response(run(request)->curves(request.number("from", kMostSteps)));
           }},
          {"GET", "/api/sheet", sheet}};
}

}  // namespace ganvas
