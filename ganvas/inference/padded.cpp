// A method on an image of any size.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/padded.h"

#include "ganvas/image/resize.h"

namespace ganvas {

Tensor translate_padded(Method& method, const Tensor& image, Direction direction,
                        const Machine& machine) {
  const auto padded = pad_to_multiple(image.unsqueeze(0), method.size_multiple(), kLeastTranslated);
  const auto made = method.translate(padded.to(machine.device), direction).cpu()[0];
  const int64_t scale = made.size(1) / padded.size(2);
  return made.narrow(1, 0, scale * image.size(1)).narrow(2, 0, scale * image.size(2)).contiguous();
}

}  // namespace ganvas
