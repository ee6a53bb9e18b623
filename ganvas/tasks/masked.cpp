// Photographs with a part hidden, for inpainting.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/masked_pairs.h"
#include "ganvas/evaluate/pairs.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {

TaskEntry masked_task() {
  return {.name = "masked images",
          .summary = "photographs with a part hidden, by masks or at random, and the photographs",
          .serves = Task::kPairs,
          .noun = "photographs",
          .layouts = {"masked"},
          .knobs = describe(MaskedPairsConfig{}),
          .measured_by = {"csv", "html", "sheet", "features", "fid-weights", "lpips-weights",
                          "dists-weights"},
          .is_scored = true,
          .recognise = [](const auto&, const auto&) { return std::string(); },  // only by name
          .shape = same_size,
          .fit =
              [](const auto&, const Settings& settings, const ImageSpec& spec) {
                return with_mask(spec, config_of<MaskedPairsConfig>(settings).read.color);
              },
          .open =
              [](const DataRequest& request, const Settings& settings) {
                return open_masked_pairs(request, config_of<MaskedPairsConfig>(settings));
              },
          .absence = no_photographs,
          .paths = {"masks"},
          .measure =
              [](const Model& model, const Dataset& data, const Settings&,
                 const MeasureOptions& options) {
                return measure_pairs(model, data, masked_protocol(), options);
              }};
}

}  // namespace ganvas
