// The weights of feature networks from the files that they are published as.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/features.h"

#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/nn/features.h"
#include "ganvas/store/safetensors.h"
#include "ganvas/store/tfjs.h"

namespace ganvas {
namespace {

constexpr double kMobileNetEps = 1e-3;  // of its batch norms

struct ConvWeights {
  Tensor weight, bias;
};

ConvWeights read_vgg(const SafetensorsFile& file, const std::string& layer) {
  return {file.read(layer + ".weight"), file.read(layer + ".bias")};
}

/// A convolution without bias and the batch norm behind it as one convolution with bias.
ConvWeights fold_mobilenet(const std::map<std::string, Tensor>& tensors, const std::string& layer,
                           const std::string& file) {
  const auto find = [&](const std::string& name) {
    const auto found = tensors.find(name);
    require(found != tensors.end(), file, ": has no tensor ", name, ", expected MobileNet v1");
    return found->second;
  };
  const bool is_depthwise = layer.rfind("conv_dw", 0) == 0;
  const auto kernel = find(layer + (is_depthwise ? "/depthwise_kernel" : "/kernel"));
  require(kernel.dim() == 4, file, ": ", layer, " has a kernel of shape ", kernel.sizes());
  // [k, k, in, out], and [k, k, in, 1] of a depthwise one, to [out, in / groups, k, k]
  const auto weight = is_depthwise ? kernel.permute({2, 3, 0, 1}) : kernel.permute({3, 2, 0, 1});
  const auto norm = layer + "_bn/";
  const auto scale = find(norm + "gamma") / (find(norm + "moving_variance") + kMobileNetEps).sqrt();
  require(scale.dim() == 1 && scale.size(0) == weight.size(0), file, ": ", norm,
          "gamma does not fit ", layer);
  return {weight * scale.view({-1, 1, 1, 1}),
          find(norm + "beta") - find(norm + "moving_mean") * scale};
}

}  // namespace

void load_features(const Frozen& frozen) {
  const c10::NoGradGuard no_gradients;
  require(fs::exists(frozen.file), "feature weights: ", frozen.file, ": no such file or folder");
  std::function<ConvWeights(const std::string&)> read;
  if (frozen.name == "vgg19") {
    read = [file = SafetensorsFile(frozen.file)](const std::string& layer) {
      return read_vgg(file, layer);
    };
  } else {
    read = [tensors = read_tfjs(frozen.file), &frozen](const std::string& layer) {
      return fold_mobilenet(tensors, layer, frozen.file);
    };
  }
  const auto parameters = frozen.network.parameters();
  const auto layers = feature_layer_names(frozen.name, frozen.layer);
  for (size_t i = 0; i < layers.size(); ++i) {
    const auto conv = read(layers[i]);
    auto weight = parameters.at(2 * i).second, bias = parameters.at(2 * i + 1).second;
    require(conv.weight.sizes() == weight.sizes() && conv.bias.sizes() == bias.sizes(), frozen.file,
            ": ", layers[i], " has the shape ", conv.weight.sizes(), ", expected ", weight.sizes());
    weight.copy_(conv.weight);
    bias.copy_(conv.bias);
  }
}

void load_frozen(const Method& method) {
  for (const auto& frozen : method.frozen()) load_features(frozen);
}

}  // namespace ganvas
