// The eight rotations and reflections of an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/dihedral.h"

namespace ganvas {
namespace {

Tensor swapped(const Tensor& image, int64_t way) {
  return way & 1 ? image.transpose(1, 2) : image;
}

Tensor flipped(const Tensor& image, int64_t way) {
  std::vector<int64_t> sides;
  if (way & 2) sides.push_back(1);
  if (way & 4) sides.push_back(2);
  return image.flip(sides);
}

}  // namespace

Tensor dihedral(const Tensor& image, int64_t way) {
  return flipped(swapped(image, way), way).contiguous();
}

Tensor dihedral_inverse(const Tensor& image, int64_t way) {
  return swapped(flipped(image, way), way).contiguous();
}

}  // namespace ganvas
