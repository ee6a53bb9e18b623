// How a model is measured.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/measure.h"

#include <c10/core/GradMode.h>

#include "ganvas/nn/features.h"
#include "ganvas/store/features.h"

namespace ganvas {

Features features_of(const std::string& network, const std::string& layer,
                     const std::string& file) {
  require_usage(layer.find(',') == std::string::npos, "--feature-layer: got ", layer,
                ", expected one layer");
  const Pretrained frozen{network, layer, file, feature_network(network, layer)};
  load_features(frozen);
  return [frozen](const Tensor& image) {
    const c10::NoGradGuard no_gradients;
    return frozen.network(image.expand({3, -1, -1}).unsqueeze(0));
  };
}

}  // namespace ganvas
