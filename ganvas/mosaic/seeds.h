// Places where a mosaic may lie, and its grid there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/mosaic/comb.h"
#include "ganvas/mosaic/step_sums.h"

namespace ganvas {

/// A window whose steps lie on a grid; the combs count from the image's corner.
struct Seed {
  PixelRect window;
  CombFit across, down;
  double contrast() const { return std::min(across.contrast(), down.contrast()); }
};

/// The mean step of each column, or row, of a window; entry 0 is 0.
std::vector<double> profile_across(const StepSums& steps, const PixelRect& w);
std::vector<double> profile_down(const StepSums& steps, const PixelRect& w);

/// Windows of six and of twelve cells slide over the image, for cells of each size; where the
/// steps across and down both stand out on combs, there may be a mosaic. The clearest first.
///   Cost: about 0.1 s for each megapixel.
std::vector<Seed> find_seeds(const StepSums& steps);

}  // namespace ganvas
