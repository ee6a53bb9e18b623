// How trained networks are run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/core/GradMode.h>

#include "ganvas/nn/network.h"

namespace ganvas {

/// The output of a network in a mode, without a graph for gradients. Updates nothing.
inline Tensor infer(const Network& network, const Tensor& input,
                    Mode mode = Mode::kRunningStatistics) {
  const c10::NoGradGuard no_gradients;
  const ModeScope scope(network, mode);
  return network(input).to(at::kFloat);
}

/// Pictures as the networks of some papers want them, and back: [-1, 1] <-> [0, 1].
inline Tensor to_unit_range(const Tensor& pictures) {
  return (pictures + 1) / 2;
}
inline Tensor from_unit_range(const Tensor& pictures) {
  return pictures * 2 - 1;
}

}  // namespace ganvas
