// How a convolution's window goes over a map.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

std::vector<int32_t> pixels_at(int64_t count, int64_t side, int64_t padding, Edge edge) {
  std::vector<int32_t> pixels(count, -1);
  for (int64_t i = 0; i < count; ++i) {
    int64_t pixel = i - padding;
    if (edge == Edge::kReflect && pixel < 0) pixel = -pixel;
    if (edge == Edge::kReflect && pixel >= side && pixel < side + padding) {
      pixel = 2 * (side - 1) - pixel;
    }
    if (pixel >= 0 && pixel < side) pixels[i] = static_cast<int32_t>(pixel);
  }
  return pixels;
}

}  // namespace ganvas::kernels
