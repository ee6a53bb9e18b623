// What a run will take, on the terminal.
// SPDX-License-Identifier: Apache-2.0
#include "cli/plan.h"

#include <iostream>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "ganvas/core/json.h"
#include "ganvas/core/log.h"

namespace ganvas {
namespace {

/// "4.2 s", where duration_text() would say 4 s.
std::string short_duration(double seconds) {
  return seconds < 60 ? c10::str(std::round(1000 * seconds) / 1000, " s") : duration_text(seconds);
}

void print_plan(const Plan& plan, const RunSpec& spec) {
  std::vector<std::vector<std::string>> lines = {
      {"data", c10::str(plan.samples, " ", spec.data.task().noun, " (", spec.data.layout, ")")}};
  for (const auto& [name, count] : plan.parameters) {
    lines.push_back({name, c10::str(count, " parameters")});
  }
  lines.push_back({"steps", c10::str(plan.steps, ", each of ", spec.train.batch, " samples",
                                     spec.train.accumulate > 1
                                         ? c10::str(" in ", spec.train.accumulate, " parts")
                                         : "")});
  lines.push_back({"a step", short_duration(plan.seconds_a_step)});
  if (plan.validations > 0) {
    lines.push_back({"a validation", c10::str(short_duration(plan.seconds_a_validation), ", ",
                                              plan.validations, " times")});
  }
  lines.push_back({"the whole run", short_duration(plan.seconds())});
  lines.push_back({"memory", c10::str(bytes_text(plan.memory), ", of it ", bytes_text(plan.cache),
                                      " decoded images; free are ", bytes_text(plan.free_memory))});
  lines.push_back({"a checkpoint", bytes_text(plan.checkpoint)});
  lines.push_back(
      {"disk", c10::str(bytes_text(plan.disk), "; free are ", bytes_text(plan.free_disk))});
  for (const auto& line : lines) std::printf("%-20s  %s\n", line[0].c_str(), line[1].c_str());
}

void print_json(const Plan& plan) {
  Json json = {{"samples", plan.samples},
               {"steps", plan.steps},
               {"seconds_a_step", plan.seconds_a_step},
               {"seconds_a_validation", plan.seconds_a_validation},
               {"validations", plan.validations},
               {"seconds", plan.seconds()},
               {"memory_bytes", plan.memory},
               {"cache_bytes", plan.cache},
               {"free_memory_bytes", plan.free_memory},
               {"checkpoint_bytes", plan.checkpoint},
               {"disk_bytes", plan.disk},
               {"free_disk_bytes", plan.free_disk}};
  for (const auto& [name, count] : plan.parameters) json["parameters"][name] = count;
  std::cout << json.dump(2) << "\n";
}

}  // namespace

int show_plan(const Plan& plan, const RunSpec& spec, bool as_json) {
  if (as_json) {
    print_json(plan);
  } else {
    print_plan(plan, spec);
  }
  int code = kDone;
  if (plan.memory > plan.free_memory) {
    const auto batch = plan.largest_batch(spec.train.batch);
    const auto parts = batch > 0 ? (spec.train.batch + batch - 1) / batch : 0;
    const auto advice =
        batch > 0 ? c10::str("--accumulate ", parts * spec.train.accumulate,
                             " (the same batch in parts), or --batch ", batch, "; both fit")
                  : std::string("a smaller --size or --width");
    const bool keeps_all = spec.run.inner_maps == InnerMaps::kKept;
    warn(c10::str("the memory does not suffice: try ",
                  plan.cache > 0.2 * plan.memory ? "--cache 0, or " : "",
                  keeps_all ? "--inner-maps recomputed, or " : "", advice));
    code = kFailed;
  }
  if (plan.disk > plan.free_disk) {
    warn(
        "the disk does not suffice: try a smaller --keep, no --keep-every, or another disk for --run");
    code = kFailed;
  }
  return code;
}

}  // namespace ganvas
