// Training on from weights of other programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/methods/method.h"

namespace ganvas {

/// Copies weights of junyanz's programs (pix2pix, CycleGAN) into the networks of a method that they fit.
///
///   path: a file, whose weights go into the first network that they fit; or a folder of checkpoints, with
///         latest_net_G.pth, latest_net_D.pth, or latest_net_G_A.pth, _G_B, _D_A, _D_B; else those of the
///         highest epoch, 200_net_G.pth
///   returns: the names of the networks
///   Throws Error if they fit none, or a generator is there and does not fit, saying what the network wants.
std::vector<std::string> load_foreign_networks(const std::filesystem::path& path,
                                               const Method& method);

}  // namespace ganvas
