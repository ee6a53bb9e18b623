// What a model of points is worth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/figures.h"
#include "ganvas/translate/translator.h"

namespace ganvas {

/// Draws points and compares them with those of the data: point_figures() of metrics/points.h.
/// Equal calls give equal figures.
Figures evaluate_points(const Translator& model, const Dataset& data);

}  // namespace ganvas
