// How far an image is from the one it should be.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/objectives/reconstruction.h"

#include "ganvas/core/error.h"

namespace ganvas {

Tensor mean_absolute_difference(const Tensor& made, const Tensor& target) {
  require(made.sizes() == target.sizes(), "mean_absolute_difference: got ", made.sizes(), " and ",
          target.sizes(), ", expected one shape");
  return (made - target).abs().mean();
}

}  // namespace ganvas
