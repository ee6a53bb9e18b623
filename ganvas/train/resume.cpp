// What a run may be gone on with.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/resume.h"

#include <algorithm>

#include "ganvas/core/error.h"

namespace ganvas {

bool is_free(const RunSpec& spec, const std::string& knob) {
  const auto is_named = [&](const Knob& other) { return other.name == knob; };
  const auto run = describe(spec.run), machine = describe(spec.machine);
  const auto& paths = spec.data.task().paths;
  return std::any_of(run.begin(), run.end(), is_named) ||
         std::any_of(machine.begin(), machine.end(), is_named) ||
         std::find(paths.begin(), paths.end(), knob) != paths.end() ||
         knob == "cache" ||     // decides where decoded images are, not what they are
         knob == "accumulate";  // the same gradients but for rounding and batch statistics
}

void require_same_knobs(const RunSpec& spec, const Checkpoint& checkpoint) {
  const auto way_out = c10::str("; leave it out, or start another run (with --init-from ",
                                spec.folder.string(), " it begins with this one's weights)");
  require_usage(checkpoint.info.method == spec.method, "--resume: the run's method is ",
                checkpoint.info.method, ", got --method ", spec.method, way_out);
  RunSpec defaults;  // what an older ganvas did that had no such knob yet
  defaults.method = spec.method;
  defaults.data.layout = spec.data.layout;
  Settings earlier;
  for (const auto& knob : defaults.knobs()) earlier.emplace_back(knob.name, knob.value);
  earlier.insert(earlier.end(), checkpoint.info.settings.begin(), checkpoint.info.settings.end());
  for (const auto& knob : spec.knobs()) {
    if (is_free(spec, knob.name)) continue;
    const auto before = find_setting(earlier, knob.name);
    require_usage(before == knob.value, "--resume: the run was begun with --", knob.name, " ",
                  before.value_or("(unknown)"), ", got ", knob.value, way_out);
  }
}

std::string changed_knobs(const RunSpec& spec, const RunConfigFile& before) {
  std::vector<std::string> changes;
  for (const auto& knob : spec.knobs()) {
    const auto earlier = find_setting(before.settings, knob.name);
    if (!earlier || normal_text(knob, *earlier) == knob.value) continue;
    changes.push_back(c10::str("--", knob.name, " ", *earlier, " -> ", knob.value));
  }
  return c10::str(c10::Join(", ", changes));
}

}  // namespace ganvas
