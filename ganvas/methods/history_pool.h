// Fakes of earlier steps, so that a discriminator does not forget them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// A pool of generated images: Shrivastava et al., CVPR 2017 (arXiv:1612.07828), section 2.3, in
/// the form of CycleGAN. What it draws is decided before a step's other work, which is then the same
/// in every step.
class HistoryPool {
 public:
  /// shape: of one image, [C, H, W]. A pool for 0 images gives back what it gets.
  HistoryPool(int64_t capacity, at::IntArrayRef shape);

  /// Decides what becomes of the next `count` images, and keeps the pool on the device that they
  /// will be on. While the pool fills up, each is stored and shown; then, with probability 1/2, it
  /// changes places with a stored one. Draws from torch's default CPU generator.
  void decide(int64_t count, at::Device device);

  /// What the discriminator should see instead of `fakes`, as decided. They may come in parts, one
  /// after the other. The pool is one for all processes of a step, which send each other their fakes.
  ///
  ///   fakes: [N, C, H, W], together as many as decided;  returns the same shape, without gradient
  Tensor exchange(const Tensor& fakes);

  /// What must be saved: the images and their number.
  NamedTensors tensors() const { return {{"pictures", images_}, {"count", count_}}; }

 private:
  Tensor exchange_all(const Tensor& fakes);

  Tensor images_;   // [capacity, C, H, W]
  Tensor count_;    // [] int64, on the CPU
  Tensor decided_;  // [N, 3] int64: a place in the pool, whether to store there, whether to show
                    // what was there
  int64_t exchanged_ = 0;  // of the decided
};

}  // namespace ganvas
