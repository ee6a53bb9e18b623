// Fakes of earlier steps, so that a discriminator does not forget them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/history_pool.h"

#include <algorithm>

#include <ATen/ops/_index_put_impl.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/core/whole_batch.h"

namespace ganvas {

HistoryPool::HistoryPool(int64_t capacity, at::IntArrayRef shape) {
  std::vector<int64_t> all = {capacity};
  all.insert(all.end(), shape.begin(), shape.end());
  images_ = at::zeros(all);
  count_ = at::zeros({}, at::kLong);
}

void HistoryPool::decide(int64_t count, at::Device device) {
  const c10::NoGradGuard no_gradients;
  if (const auto* whole = whole_batch()) count = count * whole->size / whole->count;
  const int64_t capacity = images_.size(0);
  if (capacity == 0) return;
  auto decided = at::zeros({count, 3}, at::kLong);
  auto choices = decided.accessor<int64_t, 2>();
  for (int64_t i = 0; i < count; ++i) {
    const auto stored = count_.item<int64_t>();
    const bool has_room = stored < capacity;
    const bool trades = !has_room && at::rand({}).item<double>() < 0.5;
    choices[i][0] = has_room ? stored
                    : trades ? at::randint(capacity, {}, at::kLong).item<int64_t>()
                             : 0;
    choices[i][1] = static_cast<int64_t>(has_room || trades);
    choices[i][2] = static_cast<int64_t>(trades);
    if (has_room) count_.add_(1);
  }
  if (images_.device() != device) images_.set_data(images_.to(device));
  const bool is_at_hand =
      decided_.defined() && decided_.size(0) == count && decided_.device() == device;
  if (!is_at_hand) decided_ = at::empty_like(decided, device);
  exchanged_ = 0;
  decided_.copy_(decided);  // in place: a captured step reads it where it is
}

Tensor HistoryPool::exchange(const Tensor& fakes) {
  const c10::NoGradGuard no_gradients;
  if (images_.size(0) == 0) return fakes.detach();
  if (const auto* whole = whole_batch())
    return whole->mine(exchange_all(whole->all(fakes.detach())));
  return exchange_all(fakes);
}

Tensor HistoryPool::exchange_all(const Tensor& fakes) {
  require(decided_.defined() && exchanged_ + fakes.size(0) <= decided_.size(0),
          "history pool: got ", fakes.size(0), " images after ", exchanged_,
          ", expected as many as decide() was told of");
  std::vector<Tensor> shown;
  for (int64_t i = 0; i < fakes.size(0); ++i) {
    const auto decided = decided_[exchanged_++];
    const auto place = decided.narrow(0, 0, 1);
    const auto stores = decided[1].to(at::kBool), shows_stored = decided[2].to(at::kBool);
    const auto fresh = fakes.detach().narrow(0, i, 1), stored = images_.index_select(0, place);
    shown.push_back(at::where(shows_stored, stored, fresh));
    // Unsafe: a check of the place would bring it to the host.
    at::_index_put_impl_(images_, {place}, at::where(stores, fresh, stored),
                         /*accumulate=*/false, /*unsafe=*/true);
  }
  return at::cat(shown);
}

}  // namespace ganvas
