// Fakes of earlier steps, so that a discriminator does not forget them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// A pool of generated pictures: Shrivastava et al., CVPR 2017 (arXiv:1612.07828), section 2.3, in
/// the form of CycleGAN. Keeps copies on the CPU. A handle: copies share the pictures.
class HistoryPool {
 public:
  /// shape: of one picture, [C, H, W]. A pool for 0 pictures gives back what it gets.
  HistoryPool(int64_t capacity, at::IntArrayRef shape);

  /// What the discriminator should see instead of `fakes`. While the pool fills up, each picture is
  /// stored and returned; then, with probability 1/2, it changes places with a stored one.
  ///
  ///   fakes: [N, C, H, W];  returns the same shape, without gradient
  ///   Draws from torch's default CPU generator.
  Tensor exchange(const Tensor& fakes) const;

  /// What must be saved: the pictures and their number.
  NamedTensors tensors() const { return {{"pictures", pictures_}, {"count", count_}}; }

 private:
  Tensor pictures_;  // [capacity, C, H, W]
  Tensor count_;     // [] int64
};

}  // namespace ganvas
