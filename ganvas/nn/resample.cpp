// Maps of half and of double the sides.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/resample.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "ganvas/kernels/convolution.h"

namespace ganvas {

// [1 1] twice is [1 2 1]; the second of the two takes every other pixel.
Tensor halved_by_blur(const Tensor& map) {
  return at::avg_pool2d(at::avg_pool2d(kernels::pad_by_reflection(map, 1), {2, 2}, {1, 1}), {2, 2});
}

Tensor doubled(const Tensor& map) {
  const std::vector<int64_t> sides = {2 * map.size(2), 2 * map.size(3)};
  return at::upsample_nearest2d(map, sides);
}

}  // namespace ganvas
