// Two domains without pairs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/domains.h"

#include "ganvas/evaluate/domains.h"
#include "ganvas/tasks/fit.h"
#include "ganvas/tasks/task.h"

namespace ganvas {
namespace {

std::unique_ptr<Dataset> open(const DataRequest& request, const Settings& settings) {
  return open_domains(request, config_of<DomainsConfig>(settings));
}

ImageSpec fit(const std::filesystem::path& folder, const Settings& settings,
              const ImageSpec& spec) {
  const auto config = config_of<DomainsConfig>(settings);
  const auto contents = has_digits(folder, config) ? Contents::kDigits : Contents::kPhotographs;
  return with_color(spec, config.squares.read.color, contents);
}

Report measure(const Model& model, const Dataset& data, const Settings& settings,
               const MeasureOptions& options) {
  const auto kind = config_of<DomainsConfig>(settings).derive_b;
  const Derivation derive = [kind](const Tensor& image) { return derive_image(kind, image); };
  return measure_domains(model, data, kind == Derived::kNone ? nullptr : derive, options);
}

}  // namespace

TaskEntry domains_task() {
  return {
      .name = "unpaired data",
      .summary = "two sets of images that need not belong together",
      .serves = Task::kDomains,
      .noun = "images a domain",
      .layouts = {"unpaired"},
      .knobs = describe(DomainsConfig{}),
      .measured_by = {"html", "sheet", "judge", "features", "fid-weights", "nearest", "samples"},
      .validation = {Split::kVal, Split::kTest},  // nothing is chosen by it
      .recognise = [](const auto&, const auto&) { return std::string("unpaired"); },
      .shape = same_size,
      .fit = fit,
      .open = open,
      .absence =
          [](const std::filesystem::path& folder, const std::string& split) {
            return no_sides(folder, split) +
                   "; or name domain b with --data-b, --classes or --derive-b";
          },
      .paths = {"data-b"},
      .measure = measure};
}

}  // namespace ganvas
