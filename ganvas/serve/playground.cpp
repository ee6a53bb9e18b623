// The half of a site that puts photographs through models.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/serve/playground.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include "ganvas/core/files.h"
#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"
#include "ganvas/inference/codes.h"
#include "ganvas/inference/inpaint.h"
#include "ganvas/serve/gate.h"

namespace ganvas {
namespace {

constexpr size_t kMostJobs = 16;  // that wait
constexpr size_t kMostStates = 200;
constexpr int64_t kPercent = 100;
constexpr auto kCancelled = "cancelled";

HttpResponse response_of_file(const fs::path& file, const std::string& type,
                              const std::string& save_as = "") {
  return {.type = type,
          .body = std::make_shared<const std::string>(read_file(file)),
          .save_as = save_as};
}

const PlayTool* tool_of(const Model& model) {
  for (const auto& tool : play_tools()) {
    if (tool.serves(model)) return &tool;
  }
  return nullptr;
}

/// What was painted, white on black and of any size, as a region of an image.
///   Throws HttpError 422 if nothing is.
Tensor region_of(const Picture& painted, const ImageSize& size) {
  const auto grey = to_tensor(read_image(painted.file), 1);
  const auto region = resize(grey, size.height, size.width) > 0;
  if (!region.any().item<bool>())
    throw HttpError(422, "nothing is painted; paint over the part that is meant");
  return region.to(at::kFloat);
}

}  // namespace

struct Playground::Job {
  std::string id;
  size_t model = 0;
  double detail = 0;
  std::shared_ptr<const Picture> picture, painted;  // the latter may be null
  int64_t cell = 0;
  std::atomic<bool> is_cancelled = false;
};

Playground::Playground(const std::vector<PlayModel>& models, const Machine& machine)
    : machine_(machine) {
  for (const auto& offered : models) {
    const Model model(offered.path, machine);
    const auto* tool = tool_of(model);
    const auto abilities = model.method().abilities();
    const bool samples = abilities.code > 0;
    require(tool != nullptr || samples, "--model: ", offered.path.string(),
            ": does nothing with pictures, and draws none");
    if (tool != nullptr) offers_.push_back({offered, tool->name, tool});
    if (samples) offers_.push_back({{offered.name + ", from noise", offered.path}, "sample"});
    if (samples && abilities.encodes) {
      offers_.push_back({{offered.name + ", between pictures", offered.path}, "morph"});
    }
  }
}

Playground::~Playground() {
  end();
}

void Playground::begin(std::function<void(const std::string&)> tell) {
  tell_ = std::move(tell);
  thread_ = std::thread([this] { work(); });
}

void Playground::end() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

const Playground::Offer& Playground::offer_of(const HttpRequest& request) const {
  const auto index = request.number("model", 1000);
  if (index >= std::ssize(offers_)) throw HttpError(404, c10::str("there is no model ", index));
  return offers_[static_cast<size_t>(index)];
}

const Model& Playground::load(Loaded& last, size_t model, double detail) const {
  if (!last.model || model != last.index || detail != last.detail) {
    last.model.reset();
    const auto& offered = offers_[model].model;
    auto fresh = std::make_unique<Model>(offered.path, machine_);
    if (detail > 0) fresh->move_towards(Model(offered.vivid, machine_), detail);
    last = {std::move(fresh), model, detail};
  }
  return *last.model;
}

void Playground::tell(const Job& job, const std::string& state, const Json& more) {
  Json told = {{"id", job.id}, {"state", state}};
  told.update(more);
  {
    const std::scoped_lock lock(mutex_);
    states_[job.id] = line_of_json(told);
  }
  tell_(line_of_json({{"kind", "job"}, {"job", told}}));
}

void Playground::work() {
  while (true) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      running_.reset();
      changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
      if (is_stopping_) return;
      job = running_ = waiting_.front();
      waiting_.pop_front();
    }
    try {
      do_job(*job);
    } catch (const std::exception& error) {
      const std::string text = error.what();
      tell(*job, "failed", {{"text", text.substr(0, text.find('\n'))}});
    }
  }
}

void Playground::do_job(Job& job) {
  tell(job, "running", Json::object());
  const auto& model = load(at_work_, job.model, job.detail);
  auto image = read_image(job.picture->file);
  const auto region = job.painted ? region_of(*job.painted, {image.width, image.height}) : Tensor();
  auto told = std::chrono::steady_clock::now();
  const auto on_part = [&](int64_t done, int64_t all) {
    {
      const std::scoped_lock state_lock(mutex_);
      require(!is_stopping_, "ganvas is stopping");
    }
    require(!job.is_cancelled, kCancelled);
    const auto now = std::chrono::steady_clock::now();
    if (all == 0 || now - told < std::chrono::milliseconds(300)) return;
    told = now;
    tell(job, "running", {{"done", done}, {"all", all}});
  };
  on_part(0, 0);  // cancelled before it began?
  const auto file = pictures_.new_file();
  const auto text =
      offers_[job.model].tool->run({model, std::move(image), region, job.cell, file, on_part});
  const auto made = pictures_.add_file(file);
  tell(job, "done",
       {{"text", text},
        {"picture", made->id()},
        {"width", made->size.width},
        {"height", made->size.height}});
}

HttpResponse Playground::take_picture(const HttpRequest& request) {
  const auto picture = pictures_.add(request.body);
  return json_response(Json{
      {"id", picture->id()}, {"width", picture->size.width}, {"height", picture->size.height}});
}

HttpResponse Playground::take_job(const HttpRequest& request) {
  const auto& offer = offer_of(request);
  if (offer.tool == nullptr) throw HttpError(422, "this model takes no pictures");
  auto job = std::make_shared<Job>();
  job->id = make_token();
  job->model = static_cast<size_t>(request.number("model", 1000));
  job->picture = pictures_.find(request.parameter("picture"));
  if (request.query.contains("painted"))
    job->painted = pictures_.find(request.parameter("painted"));
  if (request.query.contains("cell")) job->cell = request.number("cell", 256);
  if (job->cell == 1)
    throw HttpError(422, "cells of 1 pixel are no mosaic; name their side, or 0 to find it");
  if (request.query.contains("detail") && !offer.model.vivid.empty()) {
    job->detail = static_cast<double>(request.number("detail", kPercent)) / kPercent;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= kMostJobs) throw HttpError(503, "too many pictures wait; try again");
    waiting_.push_back(job);
    told_of_.push_back(job->id);
    if (told_of_.size() > kMostStates) {
      states_.erase(told_of_.front());
      told_of_.pop_front();
    }
    states_[job->id] = line_of_json({{"id", job->id}, {"state", "waiting"}});
  }
  changed_.notify_one();
  return json_response(Json{{"id", job->id}});
}

HttpResponse Playground::cancel(const HttpRequest& request) {
  const auto& id = request.parameter("job");
  std::shared_ptr<Job> dropped;
  {
    const std::scoped_lock lock(mutex_);
    if (!states_.contains(id)) throw HttpError(404, "there is no such job");
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const auto& job) { return job->id == id; });
    if (found != waiting_.end()) {
      dropped = *found;
      waiting_.erase(found);
    } else if (running_ && running_->id == id) {
      running_->is_cancelled = true;  // it is told when it has ended
    }
  }
  if (dropped) tell(*dropped, "failed", {{"text", kCancelled}});
  return json_response(Json::object());
}

/// The code [1, Z] at `at` percent of the way between two seeds of noise, or between two pictures.
Tensor Playground::code_between(const Model& model, const HttpRequest& request) {
  const auto at = request.number("at", kPercent);
  if (offer_of(request).does == "morph") {
    std::vector<Tensor> images;
    for (const auto* end : {"from", "to"}) {
      images.push_back(to_tensor(read_image(pictures_.find(request.parameter(end))->file),
                                 model.info().image_spec().channels_a));
    }
    const auto codes = codes_of(model, images);
    return line(codes[0], codes[1], kPercent + 1).narrow(0, at, 1);
  }
  constexpr int64_t kMostSeed = int64_t{1} << 31;
  const auto code =
      [&](const char* end) {  // not by torch's generator, which other threads draw from
        Random random(static_cast<uint64_t>(request.number(end, kMostSeed)));
        auto numbers = at::empty({model.method().abilities().code});
        for (int64_t i = 0; i < numbers.size(0); ++i) numbers[i] = random.normals().first;
        return numbers;
      };
  return arc(code("from"), code("to"), kPercent + 1).narrow(0, at, 1);
}

/// An image on the way from one code to another: model, from and to (seeds or pictures), at (percent).
HttpResponse Playground::walk(const HttpRequest& request) {
  if (offer_of(request).tool != nullptr) throw HttpError(422, "this model does not walk");
  const std::scoped_lock lock(walk_mutex_);
  const auto& model =
      load(walked_, static_cast<size_t>(request.number("model", 1000)), /*detail=*/0);
  const auto image = images_of(model, code_between(model, request));
  return {.type = "image/png",
          .body = std::make_shared<const std::string>(encode_image(to_image(image[0]), ".png"))};
}

std::vector<Route> Playground::routes() {
  Json list = Json::array();
  for (size_t i = 0; i < offers_.size(); ++i) {
    const auto& [model, does, tool] = offers_[i];
    list.push_back(
        {{"id", i}, {"name", model.name}, {"does", does}, {"has_detail", !model.vivid.empty()}});
  }
  const auto state = [this](const HttpRequest& request) {
    const std::scoped_lock lock(mutex_);
    const auto found = states_.find(request.parameter("job"));
    if (found == states_.end()) throw HttpError(404, "there is no such job");
    return json_response(found->second);
  };
  const auto view = [this](const HttpRequest& request) {
    return response_of_file(pictures_.find(request.parameter("picture"))->view, "image/webp");
  };
  const auto file = [this](const HttpRequest& request) {
    return response_of_file(pictures_.find(request.parameter("picture"))->file, "image/png",
                            "ganvas.png");
  };
  return {
      {"GET", "/api/models", [list](const HttpRequest&) { return json_response(list); }},
      {"POST", "/api/pictures",
       [this](const HttpRequest& request) { return take_picture(request); }, kMostBytesOfPicture},
      {"POST", "/api/jobs", [this](const HttpRequest& request) { return take_job(request); }},
      {"POST", "/api/cancel", [this](const HttpRequest& request) { return cancel(request); }},
      {"GET", "/api/job", state},
      {"GET", "/api/view", view},
      {"GET", "/api/file", file},
      {"GET", "/api/walk", [this](const HttpRequest& request) { return walk(request); }}};
}

}  // namespace ganvas
