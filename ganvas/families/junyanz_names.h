// The names of tensors in the programs of pix2pix and CycleGAN (junyanz), and ours.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// What each tensor of a network of ours is called there; none if it has no twin there.
///
///   names: of all its tensors, "down0.weight", without the network's own name
///   drops: whether its residual blocks have dropout, which is counted there
///   returns: pairs of ours and theirs, in the order of `names`
std::optional<std::vector<std::pair<std::string, std::string>>> junyanz_names(
    const std::vector<std::string>& names, bool drops);

}  // namespace ganvas
