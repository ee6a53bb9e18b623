// Weights in the layout of TensorFlow.js: model.json names tensors, shards hold their numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Every tensor of real numbers of a folder with model.json, quantised ones too, by name, in TensorFlow's order
/// of dimensions.
///   Throws Error naming the file if one is missing, too short, or says what makes no sense.
std::map<std::string, Tensor> read_tfjs(const std::filesystem::path& folder);

/// Every tensor of a folder of deeplearn.js, its forerunner: manifest.json names shapes, a file holds each one's
/// fp32 numbers.
///   Throws Error as read_tfjs().
std::map<std::string, Tensor> read_deeplearnjs(const std::filesystem::path& folder);

}  // namespace ganvas
