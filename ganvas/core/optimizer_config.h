// Settings of an optimizer, as methods suggest them and the trainer reads them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"

namespace ganvas {

enum class OptimizerKind { kAdam, kRmsprop };

/// Settings of Adam (Kingma and Ba, ICLR 2015, arXiv:1412.6980) or RMSProp (Tieleman and Hinton,
/// "Neural Networks for Machine Learning", lecture 6e, 2012).
struct OptimizerConfig {
  double lr = 2e-4;
  double beta1 = 0.5;
  double beta2 = 0.999;
  double weight_decay = 0;
  OptimizerKind optimizer = OptimizerKind::kAdam;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("optimizer", optimizer, "optimizer", Choices{"adam", "rmsprop"});
    v("lr", lr, "learning rate", Range{0, 1});
    v("beta1", beta1, "decay of the mean of the gradients (Adam)", Range{0, 0.9999});
    v("beta2", beta2, "decay of the mean of their squares", Range{0, 0.999999});
    v("weight-decay", weight_decay, "weight of an L2 term, added to the gradients", Range{0, 1});
  }
};

}  // namespace ganvas
