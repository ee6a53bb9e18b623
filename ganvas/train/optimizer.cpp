// Adam, with its state in the open so that a checkpoint can hold it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/optimizer.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

namespace ganvas {

Adam::Adam(NamedTensors parameters, const OptimizerConfig& config)
    : config_(config), parameters_(std::move(parameters)) {
  const c10::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : parameters_) {
    means_.push_back(at::zeros_like(tensor));
    squares_.push_back(at::zeros_like(tensor));
    steps_.push_back(at::zeros({}, tensor.options()));
  }
}

void Adam::step(const std::vector<Tensor>& gradients, double lr_factor) {
  const c10::NoGradGuard no_gradients;
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    tensors.push_back(parameters_[i].second);
    steps_[i].add_(1);
  }
  at::_fused_adam_(tensors, gradients, means_, squares_, /*max_exp_avg_sqs=*/{}, steps_,
                   config_.lr * lr_factor, config_.beta1, config_.beta2, /*weight_decay=*/0,
                   /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false);
}

NamedTensors Adam::state() const {
  NamedTensors state;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& name = parameters_[i].first;
    state.emplace_back("mean/" + name, means_[i]);
    state.emplace_back("square/" + name, squares_[i]);
    state.emplace_back("step/" + name, steps_[i]);
  }
  return state;
}

}  // namespace ganvas
