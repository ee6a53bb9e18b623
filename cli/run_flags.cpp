// Flags for all that a run is made of.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run_flags.h"

#include "cli/command.h"
#include "cli/data_flags.h"

namespace ganvas {

void take_run_knobs(Arguments& expected, const MethodEntry* row, Settings& given) {
  for (const auto& knob : describe(ImageSpec{})) {
    const bool scales = row == nullptr || shape_of(row->task).scale > 1;
    if (knob.name == "size") expected.take({knob}, given, "Data");
    if (knob.name == "scale") expected.take({knob}, given, scales ? "Data" : "");
  }
  expected.take(describe(LayoutConfig{}), given, "Data");
  if (row == nullptr) {
    take_data_knobs(expected, given);
  } else {
    take_data_knobs(expected, given, row->task, row->knobs);
    expected.take(row->knobs, given, "Method " + row->name);
  }
  expected.take(describe(TrainConfig{}), given, "Training, which a run keeps");
  expected.take(describe(RunConfig{}), given, "Run, which --resume may change");
  expected.take(describe(MachineConfig{}), given, "Machine, which --resume may change");
}

RunSpec make_spec(const std::string& method, const std::filesystem::path& data,
                  const std::filesystem::path& run, const Settings& before, const Settings& given) {
  auto settings = before;
  settings.insert(settings.end(), given.begin(), given.end());
  RunSpec spec;
  spec.method = method;
  spec.folder = run;
  spec.train = config_of<TrainConfig>(settings);
  spec.run = config_of<RunConfig>(settings);
  spec.machine = config_of<MachineConfig>(settings);
  for (const auto& knob : find_method(method).knobs) {
    if (const auto text = find_setting(settings, knob.name)) {
      spec.method_settings.emplace_back(knob.name, *text);
    }
  }
  auto of_data = given;
  std::erase_if(of_data, [&](const auto& setting) {
    return find_setting(spec.method_settings, setting.first).has_value();
  });
  spec.data =
      find_data(data, find_method(method).task, of_data, config_of<ImageSpec>(settings), before);
  return spec;
}

}  // namespace ganvas
