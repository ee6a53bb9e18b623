// The options that junyanz's programs (pix2pix, CycleGAN) write beside their weights, as ours.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/core/config.h"

namespace ganvas {

/// A training of one of those programs.
struct JunyanzTraining {
  std::string method, data;  // "cyclegan"; data as it was given there
  Settings settings = {};    // what its options are here
  // Options that change what is learned and have no twin here.
  std::vector<std::string> left_out = {};
};

/// Reads train_opt.txt, of any of their versions.
///   Throws Error naming the file, if it is none, or its training is of another kind.
JunyanzTraining read_junyanz_options(const std::filesystem::path& path);

}  // namespace ganvas
