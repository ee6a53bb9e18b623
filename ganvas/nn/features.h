// Pretrained networks whose inner layers say what is in an image: for content losses and distances.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/nn/network.h"

namespace ganvas {

/// The network of a family up to the last of the layers, which are separated by commas:
///
///     vgg19       Simonyan and Zisserman, ICLR 2015 (arXiv:1409.1556), up to relu5_4; layers are
///                 "relu1_1" ... "relu5_4", and before their activation "conv1_1" ... "conv5_4"
///     mobilenet   MobileNet v1 of width 0.25, Howard et al. 2017 (arXiv:1704.04861), batch norms
///                 folded into the convolutions; layers are "conv1" and "pw1" ... "pw13"
///     squeezenet  SqueezeNet v1.0, Iandola et al. 2016 (arXiv:1602.07360); layers are "conv1" and
///                 "fire2" ... "fire9"
///
/// Maps [N, 3, H, W] in [-1, 1] (normalised inside) to the features of the last layer, [N, C, h, w];
/// stages() gives those of each layer that is named, in the network's order. Weights are zeros until
/// they are loaded; nobody moves them.
///   Throws UsageError on an unknown name or layer.
Network feature_network(const std::string& name, const std::string& layers);

/// The names of the families.
std::vector<std::string> feature_network_names();

/// Its convolutions in order, as their files name them: "features.0" of VGG, "conv_dw_3" of
/// MobileNet. Parameters are "layerN.weight" [out, in / groups, k, k] and "layerN.bias".
std::vector<std::string> feature_layer_names(const std::string& name, const std::string& layers);

}  // namespace ganvas
