// ganvas_bench: times of the steps of every method as JSON, and the numeric signature.
//   ganvas_bench [METHOD] [knobs as --name value]   ms per step at --size 256 --batch 1
//   ganvas_bench signature                          losses of 5 fixed steps of every method
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>

#include <ATen/ops/rand.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "ganvas/core/json.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/core/version.h"
#include "ganvas/train/step.h"

namespace ganvas {
namespace {

constexpr int64_t kWarmUp = 3, kCounted = 15;

struct BenchConfig {
  int64_t batch = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("batch", batch, "pairs a step", Range{1, 4096});
  }
};

Batch random_batch(int64_t count, const Task& task) {
  return {at::rand({count, task.channels_a, task.size, task.size}) * 2 - 1,
          at::rand({count, task.channels_b, task.size, task.size}) * 2 - 1};
}

template <typename Config>
Config config_of(const Settings& settings) {
  Config config;
  assign_known(config, settings);
  return config;
}

/// Milliseconds of each counted step, sorted.
std::vector<double> step_times(const MethodEntry& row, const Settings& settings,
                               const Machine& machine) {
  seed_torch(1);
  const auto task = config_of<Task>(settings);
  const auto method = row.build(settings, task);
  for (const auto& [name, network] : method->networks()) network.to(machine.device);
  const auto game = method->game();
  auto optimizers = make_optimizers(*method, game);
  auto batch = random_batch(config_of<BenchConfig>(settings).batch, task);
  batch = {batch.a.to(machine.device), batch.b.to(machine.device)};
  std::vector<double> times;
  for (int64_t step = 0; step < kWarmUp + kCounted; ++step) {
    const auto begin = std::chrono::steady_clock::now();
    play_step(*method, game, optimizers, batch, step, 1, machine);
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - begin;
    if (step >= kWarmUp) times.push_back(passed.count());
  }
  std::sort(times.begin(), times.end());
  return times;
}

double peak_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void print_times(const std::string& only, const Settings& settings) {
  const auto machine = set_up_machine(config_of<MachineConfig>(settings), Work::kTraining);
  Json all = {{"ganvas", kVersion}, {"machine", describe(machine)}, {"rows", Json::array()}};
  for (const auto& row : methods()) {
    if (!only.empty() && row.name != only) continue;
    const auto times = step_times(row, settings, machine);
    all["rows"].push_back({{"method", row.name},
                           {"step_ms_median", times[times.size() / 2]},
                           {"step_ms_10", times[times.size() / 10]},
                           {"step_ms_90", times[times.size() * 9 / 10]},
                           {"peak_memory_mb", peak_memory_mb()}});
  }
  std::printf("%s\n", all.dump(2).c_str());
}

/// One line for each method: the sum of its losses at each of 5 steps on fixed data.
void print_signature() {
  const auto machine = set_up_machine({"cpu", "fp32", 1}, Work::kTraining);
  for (const auto& row : methods()) {
    seed_torch(1);
    const Task task{.size = 32};
    const auto method =
        row.build({{"width", "8"}, {"discriminator-width", "8"}, {"patch", "16"}}, task);
    const auto game = method->game();
    auto optimizers = make_optimizers(*method, game);
    const auto batch = random_batch(2, task);
    std::printf("%s", row.name.c_str());
    for (int64_t step = 0; step < 5; ++step) {
      double sum = 0;
      for (const auto& [name, value] :
           play_step(*method, game, optimizers, batch, step, 1, machine)) {
        sum += value;
      }
      std::printf(" %.5f", sum);
    }
    std::printf("\n");
  }
}

int run(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] == "signature") {
    print_signature();
    return 0;
  }
  std::string only;
  Settings settings;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].rfind("--", 0) == 0) {
      require_usage(i + 1 < arguments.size(), arguments[i], ": its value is missing");
      settings.emplace_back(arguments[i].substr(2), arguments[i + 1]);
      ++i;
    } else {
      only = find_method(arguments[i]).name;
    }
  }
  print_times(only, settings);
  return 0;
}

}  // namespace
}  // namespace ganvas

int main(int argc, char** argv) {
  try {
    return ganvas::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    ganvas::note(std::string("ganvas_bench: ") + error.what());
    return 1;
  }
}
