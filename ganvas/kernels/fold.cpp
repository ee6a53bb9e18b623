// The adjoint of an extension by mirroring.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/private/fold.h"

namespace ganvas::kernels {

Tensor fold(const Tensor& extended, int64_t rim) {
  auto inner = extended;
  for (const int64_t dim : {2, 3}) {
    const int64_t last = inner.size(dim) - 1;
    for (int64_t i = 1; i <= rim; ++i) {
      inner.select(dim, rim + i).add_(inner.select(dim, rim - i));
      inner.select(dim, last - rim - i).add_(inner.select(dim, last - rim + i));
    }
    inner = inner.narrow(dim, rim, last + 1 - 2 * rim);
  }
  return inner;
}

}  // namespace ganvas::kernels
