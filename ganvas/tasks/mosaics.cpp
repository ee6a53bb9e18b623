// Photographs, and mosaics made of them on the fly.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/mosaic_pairs.h"
#include "ganvas/evaluate/pairs.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {

TaskEntry mosaics_task() {
  return {.name = "mosaics",
          .summary = "mosaics made of photographs, and the photographs",
          .serves = Task::kPairs,
          .noun = "photographs",
          .layouts = {"mosaic"},
          .knobs = describe(MosaicPairsConfig{}),
          .measured_by = {"csv", "html", "sheet", "features", "fid-weights", "lpips-weights",
                          "dists-weights"},
          .is_scored = true,
          .recognise = [](const auto&, const auto&) { return std::string(); },  // only by name
          .shape = same_size,
          .fit =
              [](const auto&, const Settings& settings, const ImageSpec& spec) {
                return with_mask(spec, config_of<MosaicPairsConfig>(settings).read.color);
              },
          .open =
              [](const DataRequest& request, const Settings& settings) {
                return open_mosaic_pairs(request, config_of<MosaicPairsConfig>(settings));
              },
          .absence = no_photographs,
          .paths = {"masks"},
          .measure =
              [](const Model& model, const Dataset& data, const Settings&,
                 const MeasureOptions& options) {
                return measure_pairs(model, data, mosaic_protocol(), options);
              }};
}

}  // namespace ganvas
