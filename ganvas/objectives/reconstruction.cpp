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

}  // namespace ganvas
