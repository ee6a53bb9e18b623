// Fully connected networks on points.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/nn/stack.h"

namespace ganvas {

/// From [N, in, 1, 1] to [N, out, 1, 1] by `hidden` fully connected layers of `width` with ReLU, and
/// one more, linear; in fp32, since a mode may be smaller than what bf16 tells apart.
inline Network perceptron(int64_t in, int64_t width, int64_t hidden, int64_t out) {
  std::vector<Layer> layers;
  for (int64_t i = 0; i < hidden; ++i) {
    layers.push_back(conv({i == 0 ? in : width, width, 1}).relu());
  }
  layers.push_back(conv({hidden == 0 ? in : width, out, 1}));
  return stack(layers, Init::kFanIn, Arithmetic::kFp32);
}

}  // namespace ganvas
