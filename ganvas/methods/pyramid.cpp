// Networks that double a map from 4 x 4 to an image, and halve it back.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/pyramid.h"

#include "ganvas/core/error.h"
#include "ganvas/nn/stack.h"

namespace ganvas {

PyramidShape pyramid(int64_t side, const char* method) {
  PyramidShape shape{.side = side, .first_side = side, .levels = 0};
  while (shape.first_side % 2 == 0 && shape.first_side >= 8) {
    shape.first_side /= 2;
    ++shape.levels;
  }
  require_usage(shape.levels >= 2 && shape.first_side <= 7, "--size: got ", side,
                ", expected 16, 28, 32, 64, 128 or another 4, 5, 6 or 7 that is doubled at least "
                "twice, for ",
                method);
  return shape;
}

Network rising_pyramid(const PyramidShape& shape, int64_t code) {
  int64_t before = shape.width << shape.levels;
  std::vector<Layer> layers = {
      transposed_conv({code, before, shape.first_side}).normed(NormKind::kBatch).relu()};
  for (int64_t i = 1; i < shape.levels; ++i) {
    layers.push_back(doubling(before, before / 2, shape.kernel, shape.upsampling)
                         .normed(NormKind::kBatch)
                         .relu());
    before /= 2;
  }
  layers.push_back(doubling(before, shape.channels, shape.kernel, shape.upsampling).tanh());
  return stack(layers);
}

Network falling_pyramid(const PyramidShape& shape, NormKind norm) {
  const int64_t w = shape.width;
  std::vector<Layer> layers = {conv({shape.channels, w, shape.kernel, 2, kSame}).leaky_relu(0.2)};
  for (int64_t i = 1; i < shape.levels; ++i) {
    layers.push_back(
        conv({w << (i - 1), w << i, shape.kernel, 2, kSame}).normed(norm).leaky_relu(0.2));
  }
  return stack(layers);
}

int64_t deepest_channels(const PyramidShape& shape) {
  return shape.width << (shape.levels - 1);
}

}  // namespace ganvas
