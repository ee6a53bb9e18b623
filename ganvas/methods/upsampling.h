// The knob of how a network enlarges.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/nn/recipes.h"

namespace ganvas {

struct UpsamplingConfig {
  Upsampling upsampling = Upsampling::kTransposed;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("upsampling", upsampling,
      "how maps are enlarged (of generators with a choice, a ResNet's): by transposed "
      "convolutions, as in the papers, or by repeating pixels "
      "before a convolution, which leaves no checkerboard",
      Choices{"transposed", "nearest"});
  }
};

}  // namespace ganvas
