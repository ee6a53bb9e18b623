// Networks of ncnn: a text that lists layers (.param), and their numbers in the same order (.bin).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "ganvas/nn/graph.h"

namespace ganvas {

/// What a .param begins with.
inline constexpr std::string_view kNcnnMagic = "7767517";

/// The network of NAME.param and NAME.bin; `param` names the first. Numbers of fp32, fp16 and ncnn's tables of 256.
///   Throws Error naming the file, the line or the layer: what is cut off, of another kind, or not known here.
Graph read_ncnn(const std::filesystem::path& param);

}  // namespace ganvas
