// How a model is measured.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/measure.h"

#include <algorithm>

#include <ATen/ops/upsample_bilinear2d.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/config.h"
#include "ganvas/families/perceptual.h"
#include "ganvas/image/convert.h"
#include "ganvas/metrics/perceptual.h"
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

namespace {

std::vector<std::filesystem::path> paths_of(const std::string& files) {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : split_at_commas(files)) paths.emplace_back(file);
  return paths;
}

/// [C, H, W] in [-1, 1] as people see it: [1, 3, H, W] in [0, 1], rounded to 8 bits.
Tensor shown(const Tensor& image) {
  return (round_to_levels(image).expand({3, -1, -1}).unsqueeze(0) + 1) / 2;
}

}  // namespace

PerceptualDistance lpips_of(const std::string& files) {
  const auto lpips_network = read_lpips(paths_of(files));
  return {"lpips_" + lpips_network.trunk, "LPIPS with the trunk " + lpips_network.trunk,
          [lpips_network](const Tensor& made, const Tensor& target) {
            constexpr int64_t kLeastSide = 32;
            require(std::min(target.size(1), target.size(2)) >= kLeastSide,
                    "LPIPS: got an image of ", target.size(2), " x ", target.size(1),
                    " pixels, expected sides of ", kLeastSide, " at least");
            const c10::NoGradGuard no_gradients;
            return lpips(lpips_network.network.stages(shown(made)),
                         lpips_network.network.stages(shown(target)), lpips_network.weights);
          }};
}

PerceptualDistance dists_of(const std::string& files) {
  const auto network = read_dists(paths_of(files));
  return {"dists", "DISTS", [network](const Tensor& made, const Tensor& target) {
            const c10::NoGradGuard no_gradients;
            const auto maps = [&](const Tensor& image) {
              auto all = network.network.stages(shown(image));
              all.insert(all.begin(), shown(image));
              return all;
            };
            return dists(maps(made), maps(target), network.alpha, network.beta);
          }};
}

Features inception_of(const std::string& file) {
  const auto network = read_inception(file);
  return [network](const Tensor& image) {
    constexpr int64_t kSide = 299;
    const c10::NoGradGuard no_gradients;
    const auto small =
        at::upsample_bilinear2d(shown(image), {kSide, kSide}, /*align_corners=*/false);
    return network(small * 2 - 1);
  };
}

}  // namespace ganvas
