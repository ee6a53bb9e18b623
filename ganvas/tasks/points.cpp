// Points of the plane.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/points.h"

#include "ganvas/evaluate/points.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {

TaskEntry points_task() {
  return {
      .name = "points",
      .summary = "points of the plane: a named mixture, a table, or images as densities",
      .serves = Task::kPoints,
      .noun = "points",
      .layouts = {"points"},
      .knobs = {},
      .needs_folder = false,
      .measured_by = {"html", "sheet"},
      .validation = {Split::kVal, Split::kTest},
      .recognise = [](const auto&, const auto&) { return std::string("points"); },
      .shape =
          [](const ImageSpec&) { return ImageSpec{.size = 1, .channels_a = 2, .channels_b = 2}; },
      .fit = [](const auto&, const Settings&, const ImageSpec& spec) { return spec; },
      .open = [](const DataRequest& request, const Settings&) { return open_points(request); },
      .absence = [](const std::filesystem::path&,
                    const std::string& split) { return "has no points for the split " + split; },
      .measure =
          [](const Model& model, const Dataset& data, const Settings&,
             const MeasureOptions& options) { return measure_points(model, data, options); }};
}

}  // namespace ganvas
