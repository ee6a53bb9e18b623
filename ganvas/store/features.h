// The weights of feature networks from the files that they are published as.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

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

/// All that a method leaves frozen.
void load_pretrained(const Method& method);

}  // namespace ganvas
