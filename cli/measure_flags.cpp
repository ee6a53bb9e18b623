// The flags that name networks to measure images by.
// SPDX-License-Identifier: Apache-2.0
#include "cli/measure_flags.h"

#include "ganvas/core/config.h"
#include "ganvas/core/error.h"
#include "ganvas/core/log.h"

namespace ganvas {

std::vector<std::filesystem::path> files_of(const MeasureFlags& flags) {
  std::vector<std::filesystem::path> files;
  for (const auto& names : {flags.weights, flags.inception, flags.lpips, flags.dists}) {
    for (const auto& name : split_at_commas(names)) files.emplace_back(name);
  }
  return files;
}

void take_measures(Arguments& expected, MeasureFlags& flags) {
  expected.take(
      "--features", flags.features,
      "pairs, one set, images from noise: also distances of features of this network: mobilenet, "
      "squeezenet or vgg19");
  expected.take("--feature-layer", flags.layer, "its layer");
  expected.take("--feature-weights", flags.weights, "the file or folder of its weights");
  expected.take("--fid-weights", flags.inception,
                "also FID, KID, precision and recall by Inception v3 in this file, "
                "pt_inception-2015-12-05-6726825d.pth of pytorch-fid");
  expected.take(
      "--lpips-weights", flags.lpips,
      "of pairs, and of what comes back of images: also LPIPS by these files, separated by a comma: torchvision's AlexNet, VGG-16 or "
      "SqueezeNet 1.1, and weights/v0.1/alex.pth, vgg.pth or squeeze.pth of PyPI's lpips");
  expected.take(
      "--dists-weights", flags.dists,
      "likewise: also DISTS by these files, separated by a comma: torchvision's VGG-16, and "
      "weights.pt of PyPI's DISTS-pytorch");
}

MeasureOptions measure_options(const MeasureFlags& flags) {
  require_usage(flags.features.empty() == flags.weights.empty(),
                "--features and --feature-weights: go together, got one of them");
  MeasureOptions options;
  options.on_image = [](int64_t done, int64_t all) {
    show_progress(c10::str(done, "/", all), /*milestone=*/false);
  };
  if (!flags.features.empty()) {
    options.features = features_of(flags.features, flags.layer, flags.weights);
    options.features_name = flags.layer + " of " + flags.features;
  }
  if (!flags.inception.empty()) options.inception = inception_of(flags.inception);
  if (!flags.lpips.empty()) options.perceptual.push_back(lpips_of(flags.lpips));
  if (!flags.dists.empty()) options.perceptual.push_back(dists_of(flags.dists));
  return options;
}

}  // namespace ganvas
