// Passes through a network whose inner maps are computed again when gradients are taken.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/nn/private/module.h"

namespace ganvas {

/// The network's output, of which its inner maps are not kept: the gradient runs the pass again, on the same draws
/// (Chen et al., 2016, arXiv:1604.06174). Running statistics are updated once. Gradients of gradients are not
/// offered.
Tensor recomputed_pass(const std::shared_ptr<Module>& network, const Tensor& input);

}  // namespace ganvas
