// What a model of points is worth.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/points.h"

#include "ganvas/core/random.h"
#include "ganvas/data/points.h"
#include "ganvas/metrics/points.h"

namespace ganvas {

Figures evaluate_points(const Translator& model, const Dataset& data) {
  const KeepTorchRandom keep;
  seed_torch(0);
  const PrecisionScope precision(model.machine());
  const auto made = model.method().sample(kJudgedPoints).front().flatten(1).cpu();
  const auto real = first_points(data, kJudgedPoints);
  return {c10::str(kJudgedPoints, " points of the model beside ", real.size(0),
                   " of the data; modes: those with a good point nearest to them; good: share "
                   "within three deviations of a mode's centre; energy distance: 0 where both "
                   "follow one distribution"),
          point_figures(made, real, data.modes())};
}

}  // namespace ganvas
