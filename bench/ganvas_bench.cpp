// ganvas_bench: how fast the parts of ganvas are, as JSON, and the numeric signature.
// SPDX-License-Identifier: Apache-2.0
//   ganvas_bench [METHOD] [knobs as --name value]   ms of a step and of its parts; --size 256
//   ganvas_bench translate [METHOD] [knobs]         ms per translated megapixel; --size 256
//   ganvas_bench kernels METHOD [knobs]             which kernel computes which convolution of a step
//   ganvas_bench signature                          losses of 5 fixed steps of every method
//   ganvas_bench paced WORK [knobs]                 one work, once for each line that comes in, for
//                                                   bench/compare.py: step METHOD, translate
//                                                   METHOD, loader DIR, conv-forward, conv-step
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include <ATen/DeviceAccelerator.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/rand_like.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <torch/csrc/autograd/autograd.h>

#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/core/version.h"
#include "ganvas/data/loader.h"
#include "ganvas/kernels/convolution.h"
#include "ganvas/kernels/instructions.h"
#include "ganvas/train/match.h"
#include "ganvas/train/train.h"

namespace ganvas {
namespace {

constexpr int64_t kWarmUp = 3, kCounted = 15, kPacedWarmUp = 2;

/// What the command line says.
struct Request {
  std::vector<std::string> words;  // what is not a knob
  Settings settings;

  std::string word(size_t i) const { return i < words.size() ? words[i] : ""; }
};

/// Milliseconds since the last call.
class Lap {
 public:
  double operator()() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double, std::milli> passed = now - last_;
    last_ = now;
    return passed.count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// How long the parts of steps take.
class PartTimes {
 public:
  void begin() {
    lap_();
    ++steps_;
  }
  void add(StepPart part) { sums_[static_cast<size_t>(part)] += lap_(); }

  /// Milliseconds a step, by the part's name.
  Json means() const {
    constexpr std::array<const char*, 4> kNames = {"forward", "losses", "gradients", "move"};
    Json all;
    for (size_t i = 0; i < kNames.size(); ++i) {
      all[kNames[i]] = sums_[i] / static_cast<double>(steps_);
    }
    return all;
  }

 private:
  Lap lap_;
  std::array<double, 4> sums_{};
  int64_t steps_ = 0;
};

/// Median, 10th and 90th percentile under names that begin with `name`.
void add_times(Json& row, const std::string& name, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  row[name + "_median"] = times[times.size() / 2];
  row[name + "_10"] = times[times.size() / 10];
  row[name + "_90"] = times[times.size() * 9 / 10];
}

/// The process's, or what torch reserved of the GPU's.
double peak_memory_mb(const Machine& machine) {
  if (!machine.device.is_cpu()) {
    const auto stats = at::accelerator::getDeviceStats(machine.device.index());
    return static_cast<double>(stats.reserved_bytes[0].peak) / (1 << 20);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Batch random_batch(int64_t count, const ImageSpec& spec) {
  const auto& [width, height] = spec.size;
  return {at::rand({count, spec.channels_a, height / spec.scale, width / spec.scale}) * 2 - 1,
          at::rand({count, spec.channels_b, height, width}) * 2 - 1, at::zeros({count}, at::kLong),
          at::zeros({count}, at::kLong)};
}

std::unique_ptr<Method> make_method(const MethodEntry& row, const Settings& settings,
                                    const ImageSpec& spec, const Machine& machine) {
  seed_torch(1);
  auto method = row.build(settings, spec);
  move_to(*method, machine.device);
  return method;
}

Json step_times(const MethodEntry& row, const Settings& settings, const Machine& machine) {
  const auto spec = shape_of(row.task, config_of<ImageSpec>(settings));
  const auto method = make_method(row, settings, spec, machine);
  Match match(*method, machine);
  const auto batch = random_batch(config_of<TrainConfig>(settings).batch, spec).to(machine.device);
  std::vector<double> steps;
  PartTimes parts;
  match.on_part = [&](StepPart part) { parts.add(part); };
  for (int64_t step = 0; step < kWarmUp + kCounted; ++step) {
    if (step == kWarmUp) parts = {};
    Lap lap;
    parts.begin();
    match.play(batch, step);
    if (step >= kWarmUp) steps.push_back(lap());
  }
  Json times = {{"method", row.name}};
  add_times(times, "step_ms", steps);
  times["parts_ms"] = parts.means();
  times["peak_memory_mb"] = peak_memory_mb(machine);
  return times;
}

Json translate_times(const MethodEntry& row, const Settings& settings, const Machine& machine) {
  const auto spec = shape_of(row.task, config_of<ImageSpec>(settings));
  const auto method = make_method(row, settings, spec, machine);
  const PrecisionScope precision(machine);
  const auto a = random_batch(1, spec).a.to(machine.device);
  const double megapixels = static_cast<double>(spec.size.width * spec.size.height) / 1e6;
  std::vector<double> times;
  for (int64_t i = 0; i < kWarmUp + kCounted; ++i) {
    Lap lap;
    method->translate(a, Direction::kAtoB).cpu();
    if (i >= kWarmUp) times.push_back(lap() / megapixels);
  }
  Json result = {{"method", row.name}, {"size", knob_text(spec.size)}};
  add_times(result, "ms_per_megapixel", times);
  result["peak_memory_mb"] = peak_memory_mb(machine);
  return result;
}

using TimesOf = std::function<Json(const MethodEntry&, const Settings&, const Machine&)>;

/// One row for each method, or for the one that is named.
void print_rows(const std::string& only, const Settings& settings, Work work,
                const TimesOf& times_of) {
  if (!only.empty()) find_method(only);
  const auto machine = set_up_machine(config_of<MachineConfig>(settings), work);
  Json all = {{"ganvas", kVersion}, {"machine", describe(machine)}, {"rows", Json::array()}};
  for (const auto& row : methods()) {
    if (only.empty() || row.name == only) all["rows"].push_back(times_of(row, settings, machine));
  }
  std::printf("%s\n", all.dump(2).c_str());
}

/// The loader of the data in a folder, with what it must outlive.
struct OpenLoader {
  std::unique_ptr<Dataset> data;
  std::unique_ptr<Loader> loader;
};

OpenLoader open_loader(const std::string& folder, const Settings& settings) {
  require_usage(!folder.empty(), "loader: name a folder of data");
  const auto layout = find_setting(settings, "layout").value_or("auto");
  const bool is_unpaired = find_setting(settings, "data-b") || layout == "unpaired";
  const auto data = find_data(folder, is_unpaired ? Task::kDomains : Task::kPairs, settings,
                              config_of<ImageSpec>(settings));
  OpenLoader open;
  open.data = data.open(Split::kTrain, View::kAugmented);
  const auto batch = config_of<TrainConfig>(settings).batch;
  open.loader = std::make_unique<Loader>(
      *open.data, LoaderConfig{batch, config_of<RunConfig>(settings).workers});
  return open;
}

/// One line for each method: the sum of its losses at each of 5 steps on fixed data.
void print_signature() {
  const auto machine =
      set_up_machine({.device = "cpu", .precision = "fp32", .threads = 1}, Work::kTraining);
  const Settings small = {{"width", "8"}, {"discriminator-width", "8"}, {"patch", "16"}};
  for (const auto& row : methods()) {
    const auto spec = shape_of(row.task, {.size = 32, .class_names = "x,y,z,w"});
    const auto method = make_method(row, small, spec, machine);
    Match match(*method, machine);
    const auto batch = random_batch(2, spec);
    std::printf("%s", row.name.c_str());
    for (int64_t step = 0; step < 5; ++step) {
      double sum = 0;
      for (const auto& [name, value] : match.play(batch, step)) sum += value;
      std::printf(" %.5f", sum);
    }
    std::printf("\n");
  }
}

// Side, channels and batch of a residual block's convolution in the ResNet generator at 256 x 256.
constexpr int64_t kConvBatch = 1, kConvChannels = 256, kConvSide = 64;
// A layer by itself is done so often at a time, as warm as in a network.
constexpr int64_t kInARow = 10;

/// A work with all that it needs, to be done once at each call; and what it tells of itself at the end.
struct Once {
  std::function<void()> work;
  std::function<Json()> report = [] { return Json(); };
};

Once conv_forward() {
  const auto x = at::rand({kConvBatch, kConvChannels, kConvSide, kConvSide})
                     .contiguous(at::MemoryFormat::ChannelsLast);
  const auto weight = at::rand({kConvChannels, kConvChannels, 3, 3});
  return {[=, kept = std::make_shared<kernels::KeptFilters>()] {
    const c10::NoGradGuard no_gradients;
    for (int64_t i = 0; i < kInARow; ++i)
      kernels::winograd_conv(x, weight, {}, 1, kernels::Edge::kZero, *kept);
  }};
}

Once conv_step() {
  const auto x = at::rand({kConvBatch, kConvChannels, kConvSide, kConvSide})
                     .contiguous(at::MemoryFormat::ChannelsLast)
                     .requires_grad_();
  const auto weight = at::rand({kConvChannels, kConvChannels, 3, 3}).requires_grad_();
  const auto dy = at::rand_like(x);
  return {[=, kept = std::make_shared<kernels::KeptFilters>()] {
    for (int64_t i = 0; i < kInARow; ++i) {
      const auto y = kernels::winograd_conv(x, weight, {}, 1, kernels::Edge::kZero, *kept);
      torch::autograd::grad({y}, {x, weight}, {dy});
    }
  }};
}

Once step_of(const std::string& name, const Settings& settings, const Machine& machine) {
  const auto& row = find_method(name);
  const auto spec = shape_of(row.task, config_of<ImageSpec>(settings));
  const std::shared_ptr<Method> method = make_method(row, settings, spec, machine);
  const auto match = std::make_shared<Match>(*method, machine);
  const auto batch = random_batch(config_of<TrainConfig>(settings).batch, spec).to(machine.device);
  const auto parts = std::make_shared<PartTimes>();
  match->on_part = [parts](StepPart part) { parts->add(part); };
  // The match refers to the method, which is kept for it.
  return {[method, match, batch, parts, step = int64_t{0}]() mutable {
            // Those of the first steps do not count.
            if (step == kPacedWarmUp) *parts = {};
            parts->begin();
            match->play(batch, step++);
          },
          [parts] { return parts->means(); }};
}

Once translation_by(const std::string& name, const Settings& settings, const Machine& machine) {
  const auto& row = find_method(name);
  const auto spec = shape_of(row.task, config_of<ImageSpec>(settings));
  const std::shared_ptr<Method> method = make_method(row, settings, spec, machine);
  const auto a = random_batch(1, spec).a.to(machine.device);
  return {[=] { method->translate(a, Direction::kAtoB).cpu(); }};
}

/// So many batches that those made ahead of time, while a rival was at work, hardly count.
Once batches_of(const std::string& folder, const Settings& settings) {
  const auto open = std::make_shared<OpenLoader>(open_loader(folder, settings));
  return {[=] {
    for (int64_t i = 0; i < 30; ++i) open->loader->next();
  }};
}

/// A line for each shape of convolution of a step, with the kernel that computes it, and how often.
void print_kernels(const std::string& name, const Settings& settings) {
  const auto machine = set_up_machine(config_of<MachineConfig>(settings), Work::kTraining);
  const auto once = step_of(name, settings, machine);
  std::map<std::string, int64_t> counts;
  {
    const kernels::KernelTrace trace([&](const kernels::Convolution& c, const char* kernel) {
      ++counts[c10::str(c.way == kernels::ConvWay::kPlain ? "plain      " : "transposed ",
                        c.x.sizes(), " by ", c.weight.sizes(), ", stride ", c.window.stride, ": ",
                        kernel)];
    });
    once.work();
  }
  for (const auto& [line, count] : counts) {
    std::printf("%4ld x %s\n", static_cast<long>(count), line.c_str());
  }
}

Machine machine_for(const Request& request) {
  const auto work = request.word(1);
  const bool learns = work != "translate" && work != "conv-forward";
  return set_up_machine(config_of<MachineConfig>(request.settings),
                        learns ? Work::kTraining : Work::kInference);
}

Once work_of(const Request& request, const Machine& machine) {
  const auto work = request.word(1);
  if (work == "conv-forward") return conv_forward();
  if (work == "conv-step") return conv_step();
  if (work == "translate") return translation_by(request.word(2), request.settings, machine);
  if (work == "loader") return batches_of(request.word(2), request.settings);
  require_usage(work == "step", "paced: got '", work,
                "', expected step, translate, loader, conv-forward or conv-step");
  return step_of(request.word(2), request.settings, machine);
}

/// Says "ready", does the work once for each line that comes in and prints its milliseconds; at the
/// end of the input prints the peak of memory in MB, and what the work tells of itself.
void run_paced(const Request& request) {
  if (const char* limit = std::getenv("GANVAS_BENCH_INSTRUCTIONS"))
    kernels::limit_instructions(limit);
  const auto machine = machine_for(request);
  auto once = work_of(request, machine);
  for (int64_t i = 0; i < kPacedWarmUp; ++i) once.work();
  std::printf("ready\n");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    Lap lap;
    once.work();
    std::printf("%.3f\n", lap());
    std::fflush(stdout);
  }
  std::printf("%.1f\n", peak_memory_mb(machine));
  if (const auto report = once.report(); !report.is_null()) {
    std::printf("%s\n", report.dump().c_str());
  }
}

Request read_request(const std::vector<std::string>& arguments) {
  Request request;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].rfind("--", 0) != 0) {
      request.words.push_back(arguments[i]);
      continue;
    }
    require_usage(i + 1 < arguments.size(), arguments[i], ": its value is missing");
    request.settings.emplace_back(arguments[i].substr(2), arguments[i + 1]);
    ++i;
  }
  return request;
}

void run(const Request& request) {
  const auto what = request.word(0);
  if (what == "signature") return print_signature();
  if (what == "paced") return run_paced(request);
  if (what == "kernels") return print_kernels(request.word(1), request.settings);
  if (what == "translate") {
    return print_rows(request.word(1), request.settings, Work::kInference, translate_times);
  }
  print_rows(what, request.settings, Work::kTraining, step_times);
}

}  // namespace
}  // namespace ganvas

int main(int argc, char** argv) {
  try {
    ganvas::run(ganvas::read_request({argv + 1, argv + argc}));
    return 0;
  } catch (const std::exception& error) {
    ganvas::note(std::string("ganvas_bench: ") + error.what());
    return 1;
  }
}
