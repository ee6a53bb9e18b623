// The half of a site that puts photographs through models.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ganvas/core/json.h"
#include "ganvas/serve/http.h"
#include "ganvas/serve/pictures.h"
#include "ganvas/serve/play_tools.h"

namespace ganvas {

/// Most bytes of the file of a picture that is brought.
inline constexpr size_t kMostBytesOfPicture = size_t{64} << 20;

/// A model that the playground offers.
struct PlayModel {
  std::string name;
  std::filesystem::path path;
  std::filesystem::path vivid =
      {};  // of equal layers, for a slider of detail; empty: there is none
};

/// Models, pictures, and one thread that puts the latter through the former, one after the other.
class Playground {
 public:
  /// Throws Error on a file that is no model.
  Playground(const std::vector<PlayModel>& models, const Machine& machine);
  ~Playground();
  Playground(const Playground&) = delete;
  Playground& operator=(const Playground&) = delete;

  std::vector<Route> routes();

  /// Begins to work. tell: is called with a line of JSON about each job that has moved on
  void begin(std::function<void(const std::string&)> tell);
  void end();

 private:
  struct Job;
  struct Offer {
    PlayModel model;
    std::string does;                // "sample" and "morph" walk, or the tool's name
    const PlayTool* tool = nullptr;  // null: it walks
  };

  /// The model that was used last.
  struct Loaded {
    std::unique_ptr<Model> model;
    size_t index = 0;
    double detail = 0;
  };

  HttpResponse take_picture(const HttpRequest& request);
  HttpResponse take_job(const HttpRequest& request);
  HttpResponse cancel(const HttpRequest& request);
  HttpResponse walk(const HttpRequest& request);
  Tensor code_between(const Model& model, const HttpRequest& request);
  const Model& load(Loaded& last, size_t model, double detail) const;
  const Offer& offer_of(const HttpRequest& request) const;
  void work();
  void do_job(Job& job);
  void tell(const Job& job, const std::string& state, const Json& more);

  std::vector<Offer> offers_;
  Machine machine_;
  Pictures pictures_;
  Loaded at_work_;  // of thread_
  std::mutex walk_mutex_;
  Loaded walked_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::shared_ptr<Job> running_;
  std::deque<std::string> told_of_;            // jobs, the oldest first
  std::map<std::string, std::string> states_;  // what was told last of each job, as JSON
  bool is_stopping_ = false;
  std::function<void(const std::string&)> tell_;
  std::thread thread_;
};

}  // namespace ganvas
