// What a model of points is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/points.h"

#include <ATen/ops/arange.h>

#include "ganvas/core/random.h"
#include "ganvas/data/points.h"
#include "ganvas/image/scatter.h"
#include "ganvas/metrics/points.h"

namespace ganvas {
namespace {

Image draw(const Model& model, const Tensor& made, const Tensor& real) {
  constexpr int64_t kShown = 1000;
  const auto abilities = model.method().abilities();
  Scatter scatter{real.slice(0, 0, kShown), made.slice(0, 0, kShown), {}};
  if (abilities.classes > 0) scatter.made_labels = at::arange(kShown).remainder(abilities.classes);
  if (abilities.predicts == Predicts::kReal) {
    scatter.field = [&model](const Tensor& places) {
      const auto points = places.unsqueeze(2).unsqueeze(3).to(model.machine().device);
      return model.method().classify(points, Domain::kA).select(1, 0).cpu();
    };
  }
  return draw_scatter(scatter);
}

std::string unit_of(const std::string& figure) {
  return figure == "modes" ? "modes" : figure == "good" ? "of all" : "distance";
}

}  // namespace

Report measure_points(const Model& model, const Dataset& data, const MeasureOptions& options) {
  const RandomStateScope keep;
  seed_torch(0);
  const PrecisionScope precision(model.machine());
  const auto made = model.method().sample(kJudgedPoints).front().flatten(1).cpu();
  const auto real = first_points(data, kJudgedPoints);
  Figures figures;
  for (const auto& [name, value] : point_figures(made, real, data.modes())) {
    figures.push_back({name, value, unit_of(name)});
  }
  auto report = report_of_model(
      c10::str(kJudgedPoints, " points of the model beside ", real.size(0),
               " of the data; modes: those with a good point nearest to them; good: share "
               "within three deviations of a mode's centre; energy distance: 0 where both "
               "follow one distribution"),
      figures);
  if (options.sheet_rows > 0) report.sheet = draw(model, made, real);
  return report;
}

}  // namespace ganvas
