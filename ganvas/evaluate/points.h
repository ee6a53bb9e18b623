// What a model of points is worth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// Draws points and compares them with those of the data: point_figures() of metrics/points.h. The sheet
/// shows both, on what the discriminator scores where it tells. Equal calls give equal figures.
Report measure_points(const Model& model, const Dataset& data, const MeasureOptions& options);

}  // namespace ganvas
