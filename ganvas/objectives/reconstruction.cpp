// How far an image is from the one it should be.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/reconstruction.h"

#include "ganvas/core/error.h"

namespace ganvas {

namespace {

/// made - target in fp32, of equal shapes.
Tensor difference(const char* who, const Tensor& made, const Tensor& target) {
  require(made.sizes() == target.sizes(), who, ": got ", made.sizes(), " and ", target.sizes(),
          ", expected one shape");
  return made.to(at::kFloat) - target.to(at::kFloat);
}

}  // namespace

Tensor mean_absolute_difference(const Tensor& made, const Tensor& target) {
  return difference("mean_absolute_difference", made, target).abs().mean();
}

Tensor mean_squared_difference(const Tensor& made, const Tensor& target) {
  return difference("mean_squared_difference", made, target).square().mean();
}

Tensor total_variation(const Tensor& images) {
  const auto steps = [&](int64_t dim) {
    const int64_t count = images.size(dim) - 1;
    return (images.narrow(dim, 1, count) - images.narrow(dim, 0, count)).abs().mean();
  };
  return steps(2) + steps(3);
}

}  // namespace ganvas
