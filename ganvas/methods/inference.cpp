// How trained networks are run.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/inference.h"

namespace ganvas {

FeaturesAndLogits features_and_logits_of(const Network& trunk, const std::vector<Network>& head,
                                         const Tensor& images) {
  FeaturesAndLogits made;
  made.features = infer(trunk, images).requires_grad_();
  made.logits = made.features;
  const c10::AutoGradMode with_gradients(true);
  for (const auto& network : head) {
    const ModeScope scope(network, Mode::kRunningStatistics);
    made.logits = network(made.logits);
  }
  made.logits = made.logits.to(at::kFloat).mean({2, 3});
  return made;
}

}  // namespace ganvas
