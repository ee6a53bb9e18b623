// How trained networks are run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/core/GradMode.h>

#include "ganvas/methods/method.h"

namespace ganvas {

/// The output of a network in a mode, without a graph for gradients. Updates nothing.
inline Tensor infer(const Network& network, const Tensor& input,
                    Mode mode = Mode::kRunningStatistics) {
  const c10::NoGradGuard no_gradients;
  const ModeScope scope(network, mode);
  return network(input).to(at::kFloat);
}

/// What the layers of a network make of what nobody moves: in the network's own mode, without a graph.
inline std::vector<Tensor> constant_stages(const Network& network, const Tensor& input) {
  const c10::NoGradGuard no_gradients;
  return network.stages(input);
}

/// What scores rest on: the features that `trunk` makes of images. `head`, networks one after the
/// other, makes the scores of them; those of a map are averaged over it.
FeaturesAndLogits features_and_logits_of(const Network& trunk, const std::vector<Network>& head,
                                         const Tensor& images);

/// Images as the networks of some papers want them, and back: [-1, 1] <-> [0, 1].
inline Tensor to_unit_range(const Tensor& images) {
  return (images + 1) / 2;
}
inline Tensor from_unit_range(const Tensor& images) {
  return images * 2 - 1;
}

}  // namespace ganvas
