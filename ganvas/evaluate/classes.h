// What a classifier of images is worth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"

namespace ganvas {

/// Classifies every labelled image of `data` once:
///
///     accuracy            share of images whose class is told right
///     balanced_accuracy   the mean of the classes' recalls: classes count alike, however large
///     recall_NAME         share of this class that is told right
///     precision_NAME      share of what is taken for this class that is of it; classes that
///                         nothing is taken for have none
///     confusion           how many images of each class (rows) were taken for each (columns)
///
/// Stops early when interrupted.
///   Throws UsageError if the model is no classifier, Error if no image has one of its classes.
Report measure_classes(const Model& model, const Dataset& data, const MeasureOptions& options);

}  // namespace ganvas
