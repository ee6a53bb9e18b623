// Networks that measures of likeness look through, from the files that people have of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/nn/network.h"

namespace ganvas {

/// LPIPS: Zhang et al., CVPR 2018 (arXiv:1801.03924).
struct Lpips {
  std::string trunk;            // "alex", "vgg", "squeeze"
  Network network;              // [N, 3, H, W] in [0, 1]: stages() are the compared maps
  std::vector<Tensor> weights;  // of each map's channels, [C]
};

/// Reads LPIPS from one file or two, in any order: torchvision's AlexNet, VGG-16 or SqueezeNet 1.1 and the weights of
/// its layers (lpips/weights/v0.1/alex.pth of PyPI's lpips), or a state_dict() of that package's LPIPS. Weights of
/// version 0.0 look alike: which they are is not told.
///   Throws Error naming a file and what is missing, or does not fit.
Lpips read_lpips(const std::vector<std::filesystem::path>& files);

/// DISTS: Ding et al., TPAMI 2020 (arXiv:2004.07728).
struct Dists {
  Network
      network;  // [N, 3, H, W] in [0, 1]: stages() are the compared maps behind the image itself
  Tensor alpha, beta;  // of all channels, those of the image first; their sum is 1
};

/// Reads DISTS from two files, in any order: torchvision's VGG-16, and weights.pt of PyPI's DISTS-pytorch; or from a
/// state_dict() of that package's DISTS.
///   Throws Error as read_lpips()
Dists read_dists(const std::vector<std::filesystem::path>& files);

/// Inception v3 of the Frechet inception distance, from pytorch-fid's file: [N, 3, 299, 299] in [-1, 1] -> features
/// of a whole image, [N, 2048, 1, 1].
///   Throws Error naming the file and what it is instead.
Network read_inception(const std::filesystem::path& file);

}  // namespace ganvas
