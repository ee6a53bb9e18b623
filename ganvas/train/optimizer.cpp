// Adam and RMSProp, with their state in the open so that a checkpoint can hold it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/optimizer.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

namespace ganvas {

Optimizer::Optimizer(NamedTensors parameters, const OptimizerConfig& config)
    : config_(config), parameters_(std::move(parameters)) {
  const c10::NoGradGuard no_gradients;
  const bool is_adam = config_.optimizer == OptimizerKind::kAdam;
  for (const auto& [name, tensor] : parameters_) {
    // TensorFlow's RMSProp begins with ones, which makes the first moves small.
    squares_.push_back(is_adam ? at::zeros_like(tensor) : at::ones_like(tensor));
    if (!is_adam) continue;
    means_.push_back(at::zeros_like(tensor));
    steps_.push_back(at::zeros({}, tensor.options()));
  }
  // The fused form on a GPU takes an fp32 learning rate only; the processor's takes all of its digits.
  const at::Device device = parameters_.empty() ? at::kCPU : parameters_[0].second.device();
  const auto type = device.is_cpu() ? at::kDouble : at::kFloat;
  lr_ = at::full({}, config_.lr, at::TensorOptions().device(device).dtype(type));
}

void Optimizer::set_lr_factor(double factor) {
  lr_.fill_(config_.lr * factor);
}

void Optimizer::step(const std::vector<Tensor>& gradients) {
  const c10::NoGradGuard no_gradients;
  if (config_.optimizer == OptimizerKind::kAdam) {
    step_adam(gradients);
  } else {
    step_rmsprop(gradients);
  }
}

void Optimizer::step_adam(const std::vector<Tensor>& gradients) {
  std::vector<Tensor> tensors, in_order;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& tensor = parameters_[i].second;
    tensors.push_back(tensor);
    // Trap: the fused form goes through memory and asks no tensor for its strides; the gradient of
    // a convolution of channels-last maps has others than the weight.
    const bool is_in_order = gradients[i].strides() == tensor.strides();
    in_order.push_back(is_in_order ? gradients[i] : at::empty_like(tensor).copy_(gradients[i]));
  }
  at::_foreach_add_(steps_, 1);
  at::_fused_adam_(tensors, in_order, means_, squares_, /*max_exp_avg_sqs=*/{}, steps_, lr_,
                   config_.beta1, config_.beta2, config_.weight_decay, /*eps=*/1e-8,
                   /*amsgrad=*/false, /*maximize=*/false);
  // Trap: it does not say that it changed them, which filters kept in other orders must know.
  for (const auto& tensor : tensors) tensor.unsafeGetTensorImpl()->bump_version();
}

void Optimizer::step_rmsprop(const std::vector<Tensor>& gradients) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    auto& tensor = parameters_[i].second;
    const auto gradient = gradients[i] + config_.weight_decay * tensor;
    squares_[i].lerp_(gradient.square(), 1 - config_.beta2);
    tensor.sub_(lr_ * gradient / (squares_[i] + 1e-10).sqrt());
  }
}

NamedTensors Optimizer::state() const {
  NamedTensors state;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& name = parameters_[i].first;
    state.emplace_back("square/" + name, squares_[i]);
    if (means_.empty()) continue;
    state.emplace_back("mean/" + name, means_[i]);
    state.emplace_back("step/" + name, steps_[i]);
  }
  return state;
}

}  // namespace ganvas
