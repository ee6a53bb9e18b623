// What a discriminator sees images through, so that few of them teach it more than their pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/nn/network.h"

namespace ganvas {

/// Differentiable augmentation, Zhao et al., NeurIPS 2020 (arXiv:2006.10738): changes that are drawn for each
/// image, real or made, and through which the gradient goes on to the generator.
struct Augmentation {
  bool color = false;  // brightness by up to 0.5, saturation by 0 to 2, contrast by 0.5 to 1.5
  bool translation = false;  // by up to an eighth of the sides; zeros come in
  bool cutout = false;       // zeros in a square of half the sides

  /// The batch consists of so many parts, whose images of equal number are changed alike.
  int64_t together = 1;

  bool is_any() const { return color || translation || cutout; }
};

/// The network behind such changes in training; in use the network itself, whose parameters and names it
/// has.
///
///   images: channels of the images that its input consists of, which are coloured each as one; channels
///             behind them, as maps of a class, are moved and cut out alone
Network augmented(const Network& network, const Augmentation& augmentation,
                  const std::vector<int64_t>& images);

}  // namespace ganvas
