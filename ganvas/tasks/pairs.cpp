// Pairs of files: side by side, or in two folders.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/pairs.h"

#include "ganvas/data/layout.h"
#include "ganvas/data/list_file.h"
#include "ganvas/evaluate/pairs.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {

namespace {

/// True if the files of a folder are called x_A and x_B, so that none holds both sides.
bool are_named_a_and_b(const std::vector<std::filesystem::path>& files) {
  size_t a = 0, b = 0;
  for (const auto& file : files) {
    const auto stem = file.stem().string();
    if (stem.ends_with("_A") || stem.ends_with("_a")) ++a;
    if (stem.ends_with("_B") || stem.ends_with("_b")) ++b;
  }
  return a > 0 && a == b && a + b == files.size();
}

std::string recognise(const std::filesystem::path& folder, const Settings& settings) {
  if (!config_of<PairsConfig>(settings).names.empty()) return "folders";
  if (const auto list = list_of(folder, Split::kTrain); list && list->at(0).size() == 2)
    return "folders";
  if (side_folders(folder, Split::kTrain) || side_folders(folder, Split::kTest)) return "folders";
  const auto files = images_of({.folder = folder, .split = Split::kTrain});
  require(
      !files || !are_named_a_and_b(*files), "--data: ", folder.string(),
      ": got names that end in _A and _B, expected both sides in one image; --names "
      "'{name}_A.png,{name}_B.png' takes them for pairs, --layout side-by-side cuts each of them "
      "in two");
  require(
      !files || seam_of(*files) != Seam::kNone, "--data: ", folder.string(), ": got ",
      files ? files->size() : 0,
      " images without a seam in the middle, expected pairs side by side; for plain photographs "
      "take --layout mosaic or masked, for two folders name them trainA and trainB, for pairs by their names --names '{name}_A.png,{name}_B.png'; if they are "
      "pairs all the same, --layout side-by-side");
  return "side-by-side";
}

}  // namespace

TaskEntry pairs_task() {
  return {.name = "pairs of files",
          .summary = "images side by side, or in two folders A and B under equal names",
          .serves = Task::kPairs,
          .noun = "pairs",
          .layouts = {"side-by-side", "folders"},
          .knobs = describe(PairsConfig{}),
          .measured_by = {"csv", "html", "sheet", "features", "fid-weights", "lpips-weights",
                          "dists-weights"},
          .is_scored = true,
          .recognise = recognise,
          .shape = same_size,
          .fit =
              [](const auto&, const Settings& settings, const ImageSpec& spec) {
                return with_color(spec, config_of<PairsConfig>(settings).squares.read.color,
                                  Contents::kPhotographs);
              },
          .open =
              [](const DataRequest& request, const Settings& settings) {
                auto config = config_of<PairsConfig>(settings);
                const bool in_folders = find_setting(settings, "layout") == "folders";
                config.layout = in_folders ? PairsLayout::kFolders : PairsLayout::kSideBySide;
                return open_pairs(request, config);
              },
          .absence = no_sides,
          .measure =
              [](const Model& model, const Dataset& data, const Settings&,
                 const MeasureOptions& options) {
                auto report = measure_pairs(model, data, plain_protocol(), options);
                const auto size = model.knob("size");
                report.protocol += "; images resized to " + size;
                return report;
              }};
}

}  // namespace ganvas
