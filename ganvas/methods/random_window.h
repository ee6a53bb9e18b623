// A window that moves about from step to step.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/tensor.h"

namespace ganvas {

/// Shows networks with strides their images from another pixel on at each step: what the strides favour
/// then falls on every pixel alike, and the gradient leaves no grid. A GPU may replay its steps.
class RandomWindow {
 public:
  /// most: how far it moves, pixels; the window's sides are as much shorter than the images'. 0 shows
  /// all of them.
  explicit RandomWindow(int64_t most) : most_(most) {}

  /// Draws where it is for images of such a kind.
  ///   like: [N, C, H, W], both sides over `most`
  void draw(const Tensor& like);

  /// [N, C, H, W] -> [N, C, H - most, W - most], at the place that was drawn.
  Tensor operator()(const Tensor& images) const;

 private:
  int64_t most_;
  Tensor rows_, columns_;  // that it shows
};

}  // namespace ganvas
