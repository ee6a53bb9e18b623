// The weights of feature networks from the files that they are published as.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "ganvas/methods/method.h"

namespace ganvas {

/// Loads a frozen network's weights from its file:
///
///     vgg19               torchvision's file (.pth), or safetensors with its names ("features.0.weight")
///     squeezenet          weights/squeezenet-v1.0.safetensors, with torchvision's names
///     mobilenet           a folder in the layout of TensorFlow.js (model.json and shards), or
///                         safetensors, with the names of Keras ("conv_dw_1/depthwise_kernel", "conv_dw_1_bn/gamma", ...)
///
///   Throws Error naming the file and what is missing or of another shape.
void load_features(const Pretrained& frozen);

struct ConvWeights {
  Tensor weight, bias;
};

/// A layer of Keras' MobileNet, a convolution and the batch norm behind it, as one convolution.
///   tensor: gives those of a name;  layer: "conv1", "conv_dw_1"
ConvWeights folded_mobilenet_layer(const std::function<Tensor(const std::string&)>& tensor,
                                   const std::string& layer);

/// All that a method leaves frozen.
void load_pretrained(const Method& method);

}  // namespace ganvas
