// The eight rotations and reflections of an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/dihedral.h"

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

Tensor dihedral(const Tensor& picture, int64_t way) {
  return flipped(swapped(picture, way), way).contiguous();
}

Tensor dihedral_inverse(const Tensor& picture, int64_t way) {
  return swapped(flipped(picture, way), way).contiguous();
}

}  // namespace ganvas
