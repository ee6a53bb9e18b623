// The eight ways to lay a picture.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/lay.h"

namespace ganvas {
namespace {

Tensor swapped(const Tensor& picture, int64_t way) {
  return way & 1 ? picture.transpose(1, 2) : picture;
}

Tensor flipped(const Tensor& picture, int64_t way) {
  std::vector<int64_t> sides;
  if (way & 2) sides.push_back(1);
  if (way & 4) sides.push_back(2);
  return picture.flip(sides);
}

}  // namespace

Tensor laid(const Tensor& picture, int64_t way) {
  return flipped(swapped(picture, way), way).contiguous();
}

Tensor laid_back(const Tensor& picture, int64_t way) {
  return swapped(flipped(picture, way), way).contiguous();
}

}  // namespace ganvas
