// Writing networks as ONNX, opset 17, for images of any size.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "ganvas/nn/graph.h"

namespace ganvas {

/// What an ONNX file says of its network.
struct OnnxNotes {
  std::string name, text;  // of the graph; what it takes and gives
  int64_t channels_in = 3, channels_out = 3;
  int64_t multiple = 1;  // of the sides of its input, to which the file pads
  int64_t scale = 1;     // of its output
};

/// Writes a graph whole or not at all: input "input" [batch, channels, height, width], output "output".
/// Same graph, same bytes.
///   Throws Error if a step has no twin there.
void write_onnx(const std::filesystem::path& path, const Graph& graph, const OnnxNotes& notes);

}  // namespace ganvas
