// A window that moves about from step to step.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/random_window.h"

#include <ATen/ops/arange.h>

#include "ganvas/core/random.h"

namespace ganvas {

void RandomWindow::draw(const Tensor& like) {
  if (most_ == 0) return;
  const auto options = at::TensorOptions(like.device()).dtype(at::kFloat);
  const auto places = (draw_uniform_of_step({2}, options) * static_cast<double>(most_ + 1)).floor();
  const auto shown = [&](int64_t i, int64_t side) {
    return (at::arange(side - most_, options) + places[i]).to(at::kLong);
  };
  rows_ = shown(0, like.size(2));
  columns_ = shown(1, like.size(3));
}

Tensor RandomWindow::operator()(const Tensor& images) const {
  if (most_ == 0) return images;
  return images.index_select(2, rows_).index_select(3, columns_);
}

}  // namespace ganvas
