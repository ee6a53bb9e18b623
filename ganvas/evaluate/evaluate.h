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
  std::string
      name;  // "input" (doing nothing) and "model"; of mosaics "mosaic", "smooth", "model", and
             // the last two held to the cells; of small copies "bicubic", "model", and that held to
             // the copy (image/project.h)
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

/// What a feature network sees in a picture: [C, H, W] -> [1, D, h, w].
using Features = std::function<Tensor(const Tensor& picture)>;

/// The features at a layer of a network of nn/features.h ("mobilenet", "pw3") whose weights are read
/// from its file.
///   Throws UsageError on an unknown network or layer, Error on a file that does not hold it.
Features features_of(const std::string& network, const std::string& layer, const std::string& file);

/// Compares the model's output, and the input itself, with the target of each pair: inside the
/// mosaic if the pairs are mosaics; luma, beside the bicubic enlargement, if they are small copies.
/// Stops early when interrupted.
///   features: none leaves Fidelity::features out
Evaluation evaluate(const Translator& model, const Dataset& data, const OnPair& on_pair,
                    const Features& features = nullptr);

/// The mosaic's mask of a sample of mosaic pairs; undefined for other pairs.
Tensor region_of(const Sample& sample);

/// The table as texts, for the terminal, CSV and HTML: a header and a line for each row's means.
std::vector<std::vector<std::string>> mean_table(const Evaluation& evaluation);

/// One line for each pair and row.
std::string to_csv(const Evaluation& evaluation);

/// Protocol, means, and figures of each pair.
std::string to_json_text(const Evaluation& evaluation);

}  // namespace ganvas
