// The gradients of a player, added up over all processes while they are still being taken.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/gradient_exchange.h"

#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>

namespace ganvas {
namespace {

constexpr int64_t kBucket = 1 << 20;  // numbers, 4 MB

}  // namespace

GradientExchange::GradientExchange(World& world, const NamedTensors& parameters) : world_(world) {
  slots_.resize(parameters.size());
  std::vector<int64_t> sizes;
  for (size_t i = parameters.size(); i-- > 0;) {  // gradients come from the last layer on
    auto& slot = slots_[i];
    slot.parameter = parameters[i].second;
    if (sizes.empty() || sizes.back() + slot.parameter.numel() > kBucket) {
      sizes.push_back(0);
      buckets_.emplace_back();
    }
    slot.bucket = sizes.size() - 1;
    sizes.back() += slot.parameter.numel();
    slot.hook = slot.parameter.register_hook([this, i](const Tensor& g) { hear(i, g); });
  }
  for (size_t k = 0; k < buckets_.size(); ++k) buckets_[k].flat = at::empty({sizes[k]});
  std::vector<int64_t> used(buckets_.size());
  for (auto& slot : slots_) {
    auto& from = used[slot.bucket];
    slot.place = buckets_[slot.bucket]
                     .flat.narrow(0, from, slot.parameter.numel())
                     .view(slot.parameter.sizes());
    from += slot.parameter.numel();
  }
}

GradientExchange::~GradientExchange() {
  for (auto& slot : slots_) slot.parameter.remove_hook(slot.hook);
}

void GradientExchange::listen(const std::vector<Tensor>& before) {
  begin_turn();
  before_ = before;
  is_listening_ = true;
}

void GradientExchange::begin_turn() {
  begun_ = 0;
  for (auto& bucket : buckets_) bucket.missing = 0;
  for (auto& slot : slots_) {
    ++buckets_[slot.bucket].missing;
    slot.is_filled = false;
  }
}

void GradientExchange::hear(size_t slot, const Tensor& gradient) {
  if (!is_listening_ || !gradient.defined()) return;
  const c10::NoGradGuard no_gradients;
  fill(slot, before_[slot].defined() ? before_[slot] + gradient : gradient);
}

void GradientExchange::fill(size_t slot, const Tensor& gradient) {
  auto& [parameter, place, number, hook, is_filled] = slots_[slot];
  if (gradient.defined()) {
    place.copy_(gradient);
  } else {
    place.zero_();
  }
  is_filled = true;
  --buckets_[number].missing;
  for (; begun_ < buckets_.size() && buckets_[begun_].missing == 0; ++begun_) {
    buckets_[begun_].pending = world_.begin_sum(buckets_[begun_].flat);
  }
}

std::vector<Tensor> GradientExchange::finish(const std::vector<Tensor>& mine) {
  if (!is_listening_) begin_turn();
  is_listening_ = false;
  before_.clear();
  for (size_t i = slots_.size(); i-- > 0;) {
    if (!slots_[i].is_filled) fill(i, mine[i]);
  }
  for (auto& bucket : buckets_) bucket.pending->wait();
  std::vector<Tensor> sums;
  sums.reserve(slots_.size());
  for (const auto& slot : slots_) sums.push_back(slot.place.to(slot.parameter.device()));
  return sums;
}

}  // namespace ganvas
