// Loss scaling.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/loss_scale.h"

#include <ATen/ops/_amp_foreach_non_finite_check_and_unscale.h>
#include <ATen/ops/_amp_update_scale.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

namespace ganvas {
namespace {

constexpr double kFirst = 65536, kGrowth = 2, kBackoff = 0.5;
constexpr int64_t kMovesToGrow = 2000;

}  // namespace

LossScale::LossScale(const Machine& machine) {
  if (machine.precision != Precision::kFp16) return;
  const auto here = at::TensorOptions().device(machine.device);
  scale_ = at::full({}, kFirst, here);
  moves_ = at::zeros({}, here.dtype(at::kInt));
}

Tensor LossScale::scaled(const Tensor& loss) const {
  return scale_.defined() ? loss * scale_ : loss;
}

bool LossScale::take_out(std::vector<Tensor>& gradients) {
  if (!scale_.defined()) return true;
  // Two of them may be one tensor, which should not be divided twice.
  for (auto& gradient : gradients) gradient = gradient.clone();
  auto overflowed = at::zeros({}, scale_.options());
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, overflowed, scale_.reciprocal());
  at::_amp_update_scale_(scale_, moves_, overflowed, kGrowth, kBackoff, kMovesToGrow);
  return overflowed.item<float>() == 0;
}

NamedTensors LossScale::state() const {
  if (!scale_.defined()) return {};
  return {{"scale", scale_}, {"moves", moves_}};
}

}  // namespace ganvas
