// The knobs of a patch discriminator, and what they make.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/nn/recipes.h"

namespace ganvas {

/// The knobs of a patch discriminator's network.
struct DiscriminatorConfig {
  std::string patch = "70";
  int64_t width = 64;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("patch", patch, "side of the patches that the discriminator judges, pixels", patch_sides());
    v("discriminator-width", width, "channels of its first layer", Range{1, 512});
  }

  /// Receptive fields of 0 to 5 halving layers.
  static Choices patch_sides() { return {"1", "16", "34", "70", "142", "286"}; }

  /// A patch discriminator of pictures with that many channels.
  Network make(int64_t channels, NormKind norm) const {
    const auto sides = patch_sides();
    return patch_discriminator(channels, width,
                               std::find(sides.begin(), sides.end(), patch) - sides.begin(), norm);
  }
};

}  // namespace ganvas
