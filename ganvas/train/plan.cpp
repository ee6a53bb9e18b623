// What a run will take, before it is begun.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/plan.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <c10/util/Exception.h>

#include "ganvas/core/files.h"
#include "ganvas/core/host.h"
#include "ganvas/core/interrupt.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/train/private/run.h"

namespace ganvas {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double bytes_of(const NamedTensors& tensors) {
  double bytes = 0;
  for (const auto& [name, tensor] : tensors) bytes += static_cast<double>(tensor.nbytes());
  return bytes;
}

/// What decoded images take when all are kept, as far as --cache lets them.
double cache_of(const RunSpec& spec, int64_t steps) {
  constexpr int64_t kLookedAt = 8;
  constexpr double kMargin = 1.25;  // of what crops are taken from, over the crop
  if (!spec.data.task().has_knob("cache")) return 0;
  const auto text = find_setting(spec.data.settings, "cache");
  const double limit = 1048576 * (text ? std::stod(*text) : 1024);
  const auto data = spec.data.open(Split::kTrain, View::kPlain);
  const int64_t looked_at = std::min(kLookedAt, data->size());
  double a = 0, b = 0;
  int64_t read = 0;
  for (int64_t i = 0; i < looked_at; ++i) {
    Sample sample;
    try {
      sample = data->get(i, Random(0));
    } catch (const Error&) {
      continue;  // a run passes it over
    }
    ++read;
    if (sample.a.defined()) a += static_cast<double>(sample.a.numel());
    if (sample.b.defined()) b += static_cast<double>(sample.b.numel());
  }
  const double count = kMargin *
                       static_cast<double>(std::min(data->size(), steps * spec.train.batch)) /
                       static_cast<double>(std::max<int64_t>(1, read));
  return std::min(limit, count * a) + std::min(limit, count * b);
}

/// Steps of growing batches, which end before the memory does.
class Rehearsal {
 public:
  Rehearsal(const Dataset& data, Session& session, double free_memory)
      : data_(data), session_(session), free_(free_memory) {}

  /// Plays steps of `batch`, and smaller ones first.
  void play(int64_t batch) {
    constexpr double kRoom = 0.85;  // of the free memory
    for (int64_t now = std::min<int64_t>(2, batch);; now = std::min(2 * now, batch)) {
      show_progress(c10::str("measuring steps of ", now, " samples"), /*milestone=*/true);
      step(now, now == batch ? 8.0 : 0.0);
      const double more = a_sample_ * static_cast<double>(std::min(2 * now, batch) - now);
      if (now == batch || interrupted() || most_resident_memory() + more > kRoom * free_) break;
    }
  }

  int64_t played() const { return played_; }   // the largest batch
  double seconds() const { return seconds_; }  // a step of it
  double memory_a_sample() const { return a_sample_; }

 private:
  /// A few steps of a batch, more while there is time.
  void step(int64_t batch, double enough) {
    constexpr int64_t kWarmUp = 2, kFewest = 3, kMost = 12;
    const double before = most_resident_memory();
    Loader loader(data_, {.batch = batch, .workers = 1});
    std::vector<double> times;
    double spent = 0;
    for (int64_t i = 0; i < kMost && !interrupted(); ++i) {
      if (i >= (enough > 0 ? kWarmUp + kFewest : 1) && spent >= enough) break;
      times.push_back(seconds_of([&] { play_one(loader, batch); }));
      spent += times.back();
    }
    if (times.size() > kWarmUp) times.erase(times.begin(), times.begin() + kWarmUp);
    std::sort(times.begin(), times.end());
    seconds_ = times.empty() ? 0 : times[times.size() / 2];
    if (played_ > 0) {
      a_sample_ = std::max(
          a_sample_, (most_resident_memory() - before) / static_cast<double>(batch - played_));
    } else {
      const double states =
          2 * session_.state_bytes();  // gradients, and what optimizers begin with
      a_sample_ =
          std::max(0.0, most_resident_memory() - before - states) / static_cast<double>(batch);
    }
    played_ = batch;
  }

  void play_one(Loader& loader, int64_t batch) {
    try {
      session_.play(loader.next().batch, 1e-6);
    } catch (const c10::OutOfMemoryError&) {
      throw Error(c10::str(
          "the device's memory does not suffice for a batch of ", batch,
          played_ > 0 ? c10::str("; --batch ", played_, " fits") : "; try a smaller --size"));
    }
  }

  const Dataset& data_;
  Session& session_;
  double free_;
  int64_t played_ = 0;
  double seconds_ = 0, a_sample_ = 0;
};

}  // namespace

int64_t Plan::largest_batch(int64_t batch) const {
  const double fixed = memory - memory_a_sample * static_cast<double>(batch);
  if (memory_a_sample <= 0) return 0;
  return std::max<int64_t>(0, static_cast<int64_t>((free_memory - fixed) / memory_a_sample));
}

Plan Run::rehearse() {
  Plan plan;
  plan.free_memory = free_memory();
  Rehearsal rehearsal(*data_, *session_, plan.free_memory);
  rehearsal.play(spec_.train.batch);
  const auto share =
      static_cast<double>(spec_.train.batch) / static_cast<double>(rehearsal.played());
  plan.seconds_a_step = share * rehearsal.seconds();
  plan.memory_a_sample = rehearsal.memory_a_sample();
  session_->is_finite();  // as save() asks, which takes memory too
  if (validation_) plan.seconds_a_validation = seconds_of([&] { measure(); });

  const double state = session_->state_bytes();
  plan.weights = bytes_of(parameters_of(session_->method())) * (spec_.train.ema > 0 ? 2 : 1);
  plan.checkpoint = state;
  plan.samples = data_->size();
  plan.steps = total_;
  plan.checkpoints = (total_ + save_every_ - 1) / save_every_;
  plan.validations = validation_ ? (total_ + validate_every_ - 1) / validate_every_ : 0;
  plan.cache = cache_of(spec_, total_);
  plan.memory = most_resident_memory() + plan.cache +
                plan.memory_a_sample * static_cast<double>(spec_.train.batch - rehearsal.played());
  for (const auto& [name, network] : session_->method().networks()) {
    plan.parameters.emplace_back(name, parameter_count(network));
  }
  constexpr double kSheet = 300e3,
                   kLine = 350;  // bytes of a sheet of samples, of a step in the log
  const auto kept = static_cast<double>(std::min(plan.checkpoints, spec_.run.keep + 1));
  const auto for_good =
      spec_.run.keep_every > 0 ? static_cast<double>(total_ / spec_.run.keep_every) : 0;
  plan.disk = (kept + for_good) * plan.checkpoint + plan.weights +
              kSheet * static_cast<double>(std::min(plan.validations, spec_.run.sheets)) +
              kLine * static_cast<double>(total_);
  std::error_code unknown;
  auto place = fs::absolute(spec_.folder.empty() ? "." : spec_.folder);
  while (!path_exists(place) && place.has_relative_path()) place = place.parent_path();
  plan.free_disk = static_cast<double>(fs::space(place, unknown).available);
  return plan;
}

Plan make_plan(const RunSpec& spec) {
  watch_interrupts();
  World alone;
  return Run(spec, {}, alone).rehearse();
}

}  // namespace ganvas
