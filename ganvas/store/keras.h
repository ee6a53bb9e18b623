// Networks of Keras, as TensorFlow.js stores them: layers with the names of those that they take.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "ganvas/nn/graph.h"

namespace ganvas {

/// The network of a folder with model.json, whose tensors are those of read_tfjs().
///   Throws Error naming the file and the layer that is not known here, or that there is no topology.
Graph read_keras(const std::filesystem::path& folder, const std::map<std::string, Tensor>& tensors);

}  // namespace ganvas
