// The names of tensors in the programs of pix2pix and CycleGAN (junyanz), and ours.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ganvas/core/tensor.h"
#include "ganvas/nn/network.h"

namespace ganvas {

/// A network's parameters and buffers under their names there; none if it has no twin there.
///
///   drops: whether its residual blocks have dropout, which is counted there
std::optional<NamedTensors> with_junyanz_names(const Network& network, bool drops);

}  // namespace ganvas
