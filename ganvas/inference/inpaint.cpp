// Hidden parts of an image, filled by a model that learned from such.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/inpaint.h"

#include <ATen/ops/where.h>

#include "ganvas/image/alpha.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/region.h"

namespace ganvas {

bool is_inpainter(const Model& model) {
  return model.knob("layout") == "masked";
}

Image inpaint(const Model& model, const Image& image, const Tensor& region) {
  require(is_inpainter(model), "inpaint: got a model of ", model.info().method,
          " that was not trained with --layout masked");
  require(region.size(1) == image.height && region.size(2) == image.width,
          "inpaint: got a mask of ", region.size(2), " x ", region.size(1),
          " pixels for an image of ", image.width, " x ", image.height);
  const auto hidden = region.gt(0.5);
  const auto seen = to_tensor(with_spread_colors(image), model.info().image_spec().channels_b);
  const auto made = model(hide(seen, hidden.to(at::kFloat)));
  const auto own = to_tensor(image, image.colors());
  const auto fitting = made.size(0) == own.size(0) ? made : made.mean(0, /*keepdim=*/true);
  return with_colors(image, at::where(hidden, fitting, own));
}

}  // namespace ganvas
