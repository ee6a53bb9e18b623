// What a model is worth on pairs that it has not seen, beside doing nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ganvas/data/dataset.h"
#include "ganvas/evaluate/measure.h"
#include "ganvas/evaluate/report.h"
#include "ganvas/metrics/fidelity.h"

namespace ganvas {

/// The ways to get from a to b that are compared, and how.
struct PairProtocol {
  std::string words = kFidelityProtocol;
  std::vector<std::string> rows = {"input", "model"};

  /// The images of the rows, [C, H, W] each, of a sample and what the model made of it.
  std::function<std::vector<Tensor>(const Sample& sample, const Tensor& made)> versions;

  /// The figures of one of them beside the target.
  std::function<Fidelity(const Tensor& shown, const Sample& sample)> compare;
};

/// Called after each pair with the sample and what the model made of it.
using OnPair = std::function<void(const Sample& sample, const Tensor& made)>;

/// Compares the model's output, and what else the protocol names, with the target of each pair; the score is
/// the model's mean absolute difference. Stops early when interrupted.
Report measure_pairs(const Model& model, const Dataset& data, const PairProtocol& protocol,
                     const MeasureOptions& options, const OnPair& on_pair = {});

/// Doing nothing beside the model, over whole images.
PairProtocol plain_protocol();

/// Small copies: luma, beside the bicubic enlargement; and what was made held to the copy
/// (image/project.h).
PairProtocol upscaling_protocol();

/// Mosaics: inside the mosaic, beside the cells and their smooth interpolation; and that and what was made
/// held to the cells.
PairProtocol mosaic_protocol();

/// Hidden parts: inside the mask, beside the hole's grey. What is outside is not looked at; sheets show what
/// the network made of it.
PairProtocol masked_protocol();

}  // namespace ganvas
