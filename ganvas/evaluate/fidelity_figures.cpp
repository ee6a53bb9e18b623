// The figures of an image beside the one that was wanted.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/evaluate/fidelity_figures.h"

namespace ganvas {

Figures figures_of(const Fidelity& f) {
  Figures figures = {{"l1", f.l1, "levels", 2},
                     {"psnr", f.psnr, "dB", 2},
                     {"ssim", f.ssim, "of 1", 4},
                     {"sharpness", f.sharpness, "of the original's", 3}};
  if (f.grid) figures.push_back({"grid", *f.grid, "of the original's", 3});
  if (f.features) figures.push_back({"features", *f.features, "squared distance", 4});
  for (const auto& [name, distance] : f.perceptual) {
    figures.push_back({name, distance, "distance", 4});
  }
  return figures;
}

void measure_perceptual(Fidelity& fidelity, const Tensor& made, const Tensor& target,
                        const MeasureOptions& options) {
  for (const auto& distance : options.perceptual) {
    fidelity.perceptual[distance.name] = distance.between(made, target);
  }
}

std::string perceptual_protocol(const MeasureOptions& options) {
  std::string text;
  for (const auto& distance : options.perceptual)
    text += "; " + distance.name + " is " + distance.protocol;
  return text.empty() ? "" : text + ", of whole images at their own size, rounded to 8 bits";
}

}  // namespace ganvas
