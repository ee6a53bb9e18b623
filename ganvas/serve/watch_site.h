// The half of a site that watches trainings.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ganvas/serve/http.h"
#include "ganvas/serve/run_watch.h"

namespace ganvas {

/// Runs in some folders, looked at once a second by a thread of its own, new ones too.
class WatchSite {
 public:
  /// folders: runs, or folders that hold runs
  explicit WatchSite(std::vector<std::filesystem::path> folders);
  ~WatchSite();
  WatchSite(const WatchSite&) = delete;
  WatchSite& operator=(const WatchSite&) = delete;

  /// The site must outlive them.
  std::vector<Route> routes();

  /// Begins to look. tell: is called with a line of JSON about each run that has something new
  void begin(std::function<void(const std::string&)> tell);

  /// Looks no more.
  void end();

 private:
  std::shared_ptr<RunWatch> run(const HttpRequest& request) const;
  void find_runs();
  bool wait();  // false: it is to stop
  void look(const std::function<void(const std::string&)>& tell) const;
  std::vector<std::shared_ptr<RunWatch>> runs() const;

  const std::vector<std::filesystem::path> folders_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<RunWatch>> runs_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace ganvas
