// The knobs of a discriminator, and what they make.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/core/optimizer_config.h"
#include "ganvas/nn/recipes.h"

namespace ganvas {

/// The knobs of a discriminator's network.
struct DiscriminatorConfig {
  Choices kinds = {"patch", "unet"};  // that its method offers
  std::string kind = "patch";
  std::string patch = "70";
  int64_t width = 64;
  bool spectral_norm = false;
  Downsampling strides = Downsampling::kStrided;
  double lr_ratio = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("discriminator", kind,
      "what judges: patches, or by a U-Net with spectral norm each pixel, near and far", kinds);
    v("patch", patch, "side of the patches that the discriminator judges, pixels", patch_sides());
    v("discriminator-width", width, "channels of its first layer", Range{1, 512});
    v("spectral-norm", spectral_norm,
      "divide the weights of the patch discriminator's layers by their largest singular value, in "
      "the "
      "place of its norms");
    v("discriminator-strides", strides,
      "how the patch discriminator halves: plain strides, or blurred ones, which leave no grid",
      Choices{"plain", "blurred"});
    v("discriminator-lr-ratio", lr_ratio, "the discriminator's learning rate over --lr",
      Range{0, 100});
  }

  /// What moves it, by what moves the generator: two time scales, Heusel et al., NeurIPS 2017
  /// (arXiv:1706.08500).
  OptimizerConfig optimizer(OptimizerConfig of_generator) const {
    of_generator.lr *= lr_ratio;
    return of_generator;
  }

  /// Receptive fields of 0 to 5 halving layers.
  static Choices patch_sides() { return {"1", "16", "34", "70", "142", "286"}; }

  /// Throws UsageError on knobs of the patch discriminator where another is asked for.
  void refuse_what_is_of_patches() const {
    require_usage(!spectral_norm && strides == Downsampling::kStrided, "--discriminator ", kind,
                  ": --spectral-norm and --discriminator-strides are of the patch discriminator; "
                  "leave them out");
  }

  /// The norm of its layers where the method's networks have that one.
  NormKind norm(NormKind of_method) const {
    return kind == "unet" || spectral_norm ? NormKind::kNone : of_method;
  }

  /// A discriminator of images with that many channels.
  Network make(int64_t channels, NormKind of_method) const {
    const DiscriminatorShape shape{channels, width, norm(of_method),
                                   spectral_norm ? WeightNorm::kSpectral : WeightNorm::kNone,
                                   strides};
    if (kind == "unet") {
      refuse_what_is_of_patches();
      return unet_discriminator(shape);
    }
    const auto sides = patch_sides();
    return patch_discriminator(shape, std::find(sides.begin(), sides.end(), patch) - sides.begin());
  }
};

}  // namespace ganvas
