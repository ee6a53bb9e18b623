// Photographs and small copies of them, for super-resolution.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/upscaling.h"

#include "ganvas/evaluate/pairs.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

ImageSpec shape(ImageSpec asked) {
  constexpr int64_t kUsualScale = 4;
  if (asked.scale == 1) asked.scale = kUsualScale;
  return asked;
}

ImageSpec fit(const std::filesystem::path&, const Settings& settings, const ImageSpec& spec) {
  require_usage(spec.side() % spec.scale == 0, "--size: got ", spec.side(),
                ", expected a multiple of --scale ", spec.scale);
  return with_color(spec, config_of<UpscalingConfig>(settings).read.color, Contents::kPhotographs);
}

}  // namespace

TaskEntry upscaling_task() {
  return {.name = "super-resolution",
          .summary = "photographs, and small copies of them, made or given",
          .serves = Task::kUpscaling,
          .noun = "photographs",
          .layouts = {"reduced"},
          .knobs = describe(UpscalingConfig{}),
          .measured_by = {"csv", "html", "sheet", "features", "fid-weights", "lpips-weights",
                          "dists-weights"},
          .is_scored = true,
          .recognise = [](const auto&, const auto&) { return std::string("reduced"); },
          .shape = shape,
          .fit = fit,
          .open =
              [](const DataRequest& request, const Settings& settings) {
                return open_upscaling(request, config_of<UpscalingConfig>(settings));
              },
          .absence = no_photographs,
          .paths = {"reductions"},
          .measure =
              [](const Model& model, const Dataset& data, const Settings&,
                 const MeasureOptions& options) {
                return measure_pairs(model, data, upscaling_protocol(), options);
              }};
}

}  // namespace ganvas
