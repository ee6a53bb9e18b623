// Tensor by its light header: 3 s a file, where torch/torch.h costs 31 s.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

namespace ganvas {

using Tensor = at::Tensor;  // the same type as torch::Tensor

/// Tensors in a fixed order, each with its name.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

}  // namespace ganvas
