// The knobs of what holds an adversary's patterns down, and those terms.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/core/grid_spectrum.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/methods/method.h"
#include "ganvas/objectives/grid.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {

struct SmoothnessConfig {
  double variation_weight = 0;
  double grid_weight = 0;
  double flat_weight = 0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("variation-weight", variation_weight, "weight of the total variation of the result",
      Range{0, 1e6});
    v("grid-weight", grid_weight,
      "weight of what the result has more of a grid than the target; images of --size 64 at "
      "least",
      Range{0, 1e6});
    v("flat-weight", flat_weight,
      "weight of the mean absolute difference where the target is flat, where a weave is seen "
      "first",
      Range{0, 1e6});
  }

  /// Throws UsageError on training images that are too small to see a grid in.
  void require_fits(const ImageSpec& spec) const {
    require_usage(grid_weight == 0 || spec.size.shorter() >= kLeastGridSide,
                  "--grid-weight: got --size ", knob_text(spec.size), ", expected at least ",
                  kLeastGridSide);
  }

  /// Adds the terms that are asked for, "variation", "grid" and "flat".
  ///   made, target: [N, C, H, W], C 1 or 3
  void add_terms(Losses& losses, const Tensor& made, const Tensor& target) const {
    if (variation_weight > 0) losses.add("variation", variation_weight * total_variation(made));
    if (grid_weight > 0) losses.add("grid", grid_weight * grid_excess(made, target));
    if (flat_weight > 0) losses.add("flat", flat_weight * flat_difference(made, target));
  }
};

}  // namespace ganvas
