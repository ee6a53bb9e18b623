// One set of images, with classes or without.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/images.h"

#include "ganvas/data/image_set.h"
#include "ganvas/evaluate/classes.h"
#include "ganvas/evaluate/images.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

ImageSpec fit(const std::filesystem::path& folder, const Settings& settings,
              const ImageSpec& spec) {
  const auto contents = has_idx_files(folder) ? Contents::kDigits : Contents::kPhotographs;
  auto fitted = with_color(spec, config_of<SquareConfig>(settings).read.color, contents);
  fitted.class_names = c10::Join(",", class_names(folder));
  return fitted;
}

Report measure(const Model& model, const Dataset& data, const Settings&,
               const MeasureOptions& options) {
  const bool classifies = model.method().abilities().predicts == Predicts::kClass;
  return (classifies ? measure_classes : measure_images)(model, data, options);
}

}  // namespace

TaskEntry images_task() {
  return {
      .name = "one set of images",
      .summary = "images, or a folder for each class",
      .serves = Task::kImages,
      .noun = "images",
      .layouts = {"single"},
      .knobs = describe(SquareConfig{}),
      .measured_by = {"html", "sheet", "features", "fid-weights", "lpips-weights", "dists-weights",
                      "nearest", "samples"},
      .validation = {Split::kVal, Split::kTest},
      .recognise = [](const auto&, const auto&) { return std::string("single"); },
      .shape = same_size,
      .fit = fit,
      .open =
          [](const DataRequest& request, const Settings& settings) {
            return open_images(request, config_of<SquareConfig>(settings));
          },
      .absence = [](const std::filesystem::path&,
                    const std::string& split) { return "has no images for the split " + split; },
      .measure = measure};
}

}  // namespace ganvas
