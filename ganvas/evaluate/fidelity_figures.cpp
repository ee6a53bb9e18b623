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
  return figures;
}

}  // namespace ganvas
