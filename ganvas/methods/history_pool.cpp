// Fakes of earlier steps, so that a discriminator does not forget them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/history_pool.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

namespace ganvas {

HistoryPool::HistoryPool(int64_t capacity, at::IntArrayRef shape) {
  std::vector<int64_t> all = {capacity};
  all.insert(all.end(), shape.begin(), shape.end());
  pictures_ = at::zeros(all);
  count_ = at::zeros({}, at::kLong);
}

Tensor HistoryPool::exchange(const Tensor& fakes) const {
  const c10::NoGradGuard no_gradients;
  const int64_t capacity = pictures_.size(0);
  auto shown = fakes.detach().clone();
  for (int64_t i = 0; i < fakes.size(0) && capacity > 0; ++i) {
    const auto count = count_.item<int64_t>();
    if (count < capacity) {
      pictures_[count].copy_(shown[i]);
      count_.add_(1);
    } else if (at::rand({}).item<double>() < 0.5) {
      const auto place = at::randint(capacity, {}, at::kLong).item<int64_t>();
      const auto old = pictures_[place].clone();
      pictures_[place].copy_(shown[i]);
      shown[i].copy_(old);
    }
  }
  return shown;
}

}  // namespace ganvas
