// How a model is measured.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/measure.h"

#include <algorithm>

#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/config.h"
#include "ganvas/core/device.h"
#include "ganvas/core/host.h"
#include "ganvas/core/log.h"
#include "ganvas/core/text.h"
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
    constexpr int64_t kLeastSide = 32;
    require(std::min(image.size(1), image.size(2)) >= kLeastSide, "features of ", frozen.name,
            ": got an image of ", image.size(2), " x ", image.size(1),
            " pixels, expected sides of ", kLeastSide, " at least");
    const c10::NoGradGuard no_gradients;
    const FullPrecisionScope exact;
    return frozen.network(image.expand({3, -1, -1}).unsqueeze(0));
  };
}

namespace {

std::vector<std::filesystem::path> paths_of(const std::string& files) {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : split_at_commas(files)) paths.emplace_back(trimmed(file));
  require_usage(
      std::none_of(paths.begin(), paths.end(), [](const auto& path) { return path.empty(); }),
      "got the files '", files,
      "', one of them without a name, expected names separated by commas");
  return paths;
}

/// [C, H, W] in [-1, 1] as people see it: [1, 3, H, W] in [0, 1], rounded to 8 bits.
Tensor shown(const Tensor& image) {
  return (round_to_levels(image).expand({3, -1, -1}).unsqueeze(0) + 1) / 2;
}

/// Refuses images whose maps do not fit into memory.
class MapRoom {
 public:
  explicit MapRoom(const Network& network) {
    constexpr int64_t kSide = 64;
    for (const auto& map : network.stages(at::zeros({1, 3, kSide, kSide}))) {
      bytes_a_pixel_ += static_cast<double>(map.nbytes()) / (kSide * kSide);
    }
  }

  void require_for(const char* who, const Tensor& image) const {
    constexpr double kTimes = 4;  // two images' maps, and as much for what is computed of them
    const double bytes =
        kTimes * bytes_a_pixel_ * static_cast<double>(image.size(1) * image.size(2));
    const double free = free_memory();
    require(free == 0 || bytes < free, who, ": an image of ", image.size(2), " x ", image.size(1),
            " pixels takes about ", bytes_text(bytes), " of memory, and ", bytes_text(free),
            " are free; compare smaller parts of it");
  }

 private:
  double bytes_a_pixel_ = 0;
};

}  // namespace

PerceptualDistance lpips_of(const std::string& files) {
  const auto lpips_network = read_lpips(paths_of(files));
  return {"lpips_" + lpips_network.trunk, "LPIPS with the trunk " + lpips_network.trunk,
          [lpips_network, room = MapRoom(lpips_network.network)](const Tensor& made,
                                                                 const Tensor& target) {
            constexpr int64_t kLeastSide = 32;
            require(std::min(target.size(1), target.size(2)) >= kLeastSide,
                    "LPIPS: got an image of ", target.size(2), " x ", target.size(1),
                    " pixels, expected sides of ", kLeastSide,
                    " at least; leave --lpips-weights out");
            room.require_for("LPIPS", target);
            const c10::NoGradGuard no_gradients;
            const FullPrecisionScope exact;
            return lpips(lpips_network.network.stages(shown(made)),
                         lpips_network.network.stages(shown(target)), lpips_network.weights);
          }};
}

PerceptualDistance dists_of(const std::string& files) {
  const auto network = read_dists(paths_of(files));
  return {"dists", "DISTS",
          [network, room = MapRoom(network.network)](const Tensor& made, const Tensor& target) {
            room.require_for("DISTS", target);
            const c10::NoGradGuard no_gradients;
            const FullPrecisionScope exact;
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
    const FullPrecisionScope exact;
    const auto small =
        at::upsample_bilinear2d(shown(image), {kSide, kSide}, /*align_corners=*/false);
    return network(small * 2 - 1);
  };
}

}  // namespace ganvas
