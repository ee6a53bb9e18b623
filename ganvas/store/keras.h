// Networks of Keras, as TensorFlow.js stores them: layers with the names of those that they take.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "ganvas/nn/graph.h"

namespace ganvas {

/// The network of a folder with model.json and its shards.
///   Throws Error naming the file and the layer that is not known here, or that there is no topology.
Graph read_keras(const std::filesystem::path& folder);

}  // namespace ganvas
