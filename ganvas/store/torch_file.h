// Files of torch.save(), read as data: no Python, and nothing in them is run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// The tensors of a state_dict() that torch.save() wrote, by name: both as an archive (torch 1.6
/// and newer) and as the plain sequence that it wrote before, which torchvision's older weights
/// still are. Tensors of a mapping in it are behind its name: "params_ema.conv.weight". What is no
/// tensor is passed over.
///   Throws Error naming the file if it is neither, is cut off, or holds other objects, naming them.
std::map<std::string, Tensor> read_torch_file(const std::filesystem::path& path);

/// Writes a state_dict() as torch.save() does, whole or not at all; torch.load(weights_only=True) reads it. Same
/// tensors, same bytes.
///   wrapper: under which name they are put into a mapping, "params"; "" puts them into none
///   Throws Error on numbers of another type than F32, F16, F64 or I64.
void write_torch_file(const std::filesystem::path& path, const NamedTensors& tensors,
                      const std::string& wrapper = "");

}  // namespace ganvas
