// Loss scaling: keeps gradients within the range of fp16.
// Micikevicius et al., "Mixed Precision Training", ICLR 2018 (arXiv:1710.03740), section 3.2.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/device.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// A factor that losses are multiplied with before their gradients are taken: 65536 at first, halved
/// whenever a gradient overflows, doubled after 2000 moves without that. Of precisions other than
/// fp16 it is 1 and stays so.
class LossScale {
 public:
  explicit LossScale(const Machine& machine);

  Tensor scaled(const Tensor& loss) const;

  /// Takes the factor out of gradients and adapts it. False if one of them is not finite: then nobody
  /// should move by them.
  bool take_out(std::vector<Tensor>& gradients);

  /// What to save and load, empty unless losses are scaled: "scale" and "moves" since it changed.
  NamedTensors state() const;

 private:
  Tensor scale_, moves_;  // [] float, [] int32; undefined if losses are not scaled
};

}  // namespace ganvas
