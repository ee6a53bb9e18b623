// Everything that a run is made of.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/run_spec.h"

#include "ganvas/methods/method.h"

namespace ganvas {

std::vector<Knob> RunSpec::knobs() const {
  auto all = describe(data.images);
  const auto append = [&all](const std::vector<Knob>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  append(data.knobs());
  for (auto knob : find_method(method).knobs) {
    if (const auto text = find_setting(method_settings, knob.name))
      knob.value = normal_text(knob, *text);
    all.push_back(knob);
  }
  append(describe(train));
  append(describe(run));
  append(describe(machine));
  return all;
}

}  // namespace ganvas
