// Points of the plane as an image.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/core/tensor.h"
#include "ganvas/image/image.h"

namespace ganvas {

/// What an image of points shows.
struct Scatter {
  Tensor real;         // [N, 2], grey; they choose the window
  Tensor made;         // [M, 2], coloured; beyond the window they are left out
  Tensor made_labels;  // [M] int64, a colour for each class; undefined: one colour

  /// [K, 2] -> [K], shown behind the points from low (blue) to high (yellow); none shows white.
  std::function<Tensor(const Tensor&)> field = nullptr;
};

/// A square image, y upwards.
Image draw_scatter(const Scatter& scatter);

}  // namespace ganvas
