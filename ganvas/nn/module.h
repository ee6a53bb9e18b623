// The base of the network classes. Heavy (torch/nn/module.h): for nn/*.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/nn/module.h>

#include "ganvas/nn/network.h"

namespace ganvas {

/// A torch module with one tensor in, one tensor out, and a Mode that all its parts share.
class Module : public torch::nn::Module {
 public:
  virtual Tensor forward(const Tensor& input) = 0;

  /// What the parts of the network make on the way, the output last.
  virtual std::vector<Tensor> stages(const Tensor& input) { return {forward(input)}; }

  /// Sets the mode of this module and of all below it.
  void set_mode(Mode mode);
  Mode mode() const { return mode_; }

 private:
  Mode mode_ = Mode::kTrain;
};

}  // namespace ganvas
