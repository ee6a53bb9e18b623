// What a classifier of pictures is worth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/figures.h"
#include "ganvas/translate/translator.h"

namespace ganvas {

/// Classifies every picture of `data` once:
///
///     accuracy            share of pictures whose class is told right
///     balanced_accuracy   the mean of the classes' recalls: classes count alike, however large
///     recall_NAME         share of this class that is told right
///     precision_NAME      share of what is taken for this class that is of it; classes that
///                         nothing is taken for have none
///     confusion           how many pictures of each class (rows) were taken for each (columns)
///
///   on_picture: called after each. Stops early when interrupted.
///   Throws UsageError if the model is no classifier, Error if no picture has one of its classes.
Figures evaluate_classes(const Translator& model, const Dataset& data,
                         const std::function<void(int64_t done, int64_t all)>& on_picture);

}  // namespace ganvas
