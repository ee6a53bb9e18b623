// What a model is worth on pairs that it has not seen, beside doing nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ganvas/data/dataset.h"
#include "ganvas/metrics/fidelity.h"
#include "ganvas/translate/translator.h"

namespace ganvas {

/// One way to get from a to b, with its figures for every pair.
struct EvaluationRow {
  std::string name;  // "input" (doing nothing) or, for mosaics, "mosaic" and "smooth"; "model"
  std::vector<Fidelity> figures;
};

/// The outcome of an evaluation: rows of equal length, and the pairs' names.
struct Evaluation {
  std::string protocol;  // in words
  std::vector<std::string> names;
  std::vector<EvaluationRow> rows;
};

/// Called after each pair with its number, the sample, and what the model made of it.
using OnPair = std::function<void(int64_t i, const Sample& sample, const Tensor& made)>;

/// Features that pictures are compared by: given a made picture and its target, [C, H, W].
using FeatureDistance = std::function<double(const Tensor& made, const Tensor& target)>;

/// The feature_distance() of metrics/fidelity.h on a layer of a feature network ("mobilenet", "pw3")
/// whose weights are read from its file.
///   Throws UsageError on an unknown network or layer, Error on a file that does not hold it.
FeatureDistance feature_distance_of(const std::string& network, const std::string& layer,
                                    const std::string& file);

/// One set of pictures: compares what comes back of each with the picture itself. Super-resolution:
/// compares luma, beside the bicubic enlargement. Else:
/// Compares the model's output, and the input itself, with the target of each pair; inside the
/// mosaic if the pairs are mosaics. Stops early when interrupted.
///   distance: none leaves Fidelity::features out
Evaluation evaluate(const Translator& model, const Dataset& data, const OnPair& on_pair,
                    const FeatureDistance& distance = nullptr);

/// The mosaic's mask of a sample of mosaic pairs; undefined for other pairs.
Tensor region_of(const Sample& sample);

/// The table as texts, for the terminal, CSV and HTML: a header and a line for each row's means.
std::vector<std::vector<std::string>> mean_table(const Evaluation& evaluation);

/// One line for each pair and row.
std::string to_csv(const Evaluation& evaluation);

/// Protocol, means, and figures of each pair.
std::string to_json_text(const Evaluation& evaluation);

}  // namespace ganvas
