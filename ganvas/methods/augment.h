// The knob of differentiable augmentation.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/core/config.h"
#include "ganvas/nn/augmented.h"

namespace ganvas {

struct AugmentConfig {
  std::string augment = "none";

  template <typename Visitor>
  void visit(Visitor& v) {
    v("augment", augment,
      "what the discriminator sees images through, real and made alike, so that it does not "
      "learn a "
      "few thousand by heart: none, or of color,translation,cutout");
  }

  /// A discriminator that sees images of that many channels each through it; Augmentation says the rest.
  ///   Throws UsageError on other words.
  Network applied_to(const Network& discriminator, const std::vector<int64_t>& images,
                     int64_t together = 1) const {
    Augmentation augmentation{.together = together};
    if (augment == "none") return discriminator;
    for (const auto& word : split_at_commas(augment)) {
      const bool is_known = word == "color" || word == "translation" || word == "cutout";
      require_usage(is_known, "--augment: got '", word,
                    "', expected none, or of color,translation,cutout");
      augmentation.color |= word == "color";
      augmentation.translation |= word == "translation";
      augmentation.cutout |= word == "cutout";
    }
    return augmented(discriminator, augmentation, images);
  }
};

}  // namespace ganvas
