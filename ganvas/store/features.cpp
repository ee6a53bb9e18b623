// The weights of feature networks from the files that they are published as.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/features.h"

#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/nn/features.h"
#include "ganvas/store/safetensors.h"
#include "ganvas/store/tfjs.h"
#include "ganvas/store/torch_file.h"

namespace ganvas {
namespace {

constexpr double kMobileNetEps = 1e-3;  // of its batch norms

/// The tensors of a file, which must have those that are asked for.
class NamedWeights {
 public:
  NamedWeights(std::map<std::string, Tensor> tensors, std::string file)
      : tensors_(std::move(tensors)), file_(std::move(file)) {}

  const Tensor& operator[](const std::string& name) const {
    const auto found = tensors_.find(name);
    require(found != tensors_.end(), file_, ": has no tensor ", name);
    return found->second;
  }

  const std::string& file() const { return file_; }

 private:
  std::map<std::string, Tensor> tensors_;
  std::string file_;
};

std::map<std::string, Tensor> read_safetensors(const fs::path& path) {
  const SafetensorsFile file(path);
  std::map<std::string, Tensor> tensors;
  for (const auto& name : file.names()) tensors[name] = file.read(name);
  return tensors;
}

ConvWeights find_as_in_torchvision(const NamedWeights& weights, const std::string& layer) {
  return {weights[layer + ".weight"], weights[layer + ".bias"]};
}

}  // namespace

ConvWeights folded_mobilenet_layer(const std::function<Tensor(const std::string&)>& tensor,
                                   const std::string& layer) {
  const bool is_depthwise = layer.rfind("conv_dw", 0) == 0;
  const auto kernel = tensor(layer + (is_depthwise ? "/depthwise_kernel" : "/kernel"));
  require(kernel.dim() == 4, layer, " has a kernel of shape ", kernel.sizes());
  // [k, k, in, out], and [k, k, in, 1] of a depthwise one, to [out, in / groups, k, k]
  const auto weight = is_depthwise ? kernel.permute({2, 3, 0, 1}) : kernel.permute({3, 2, 0, 1});
  const auto norm = layer + "_bn/";
  const auto scale =
      tensor(norm + "gamma") / (tensor(norm + "moving_variance") + kMobileNetEps).sqrt();
  require(scale.dim() == 1 && scale.size(0) == weight.size(0), norm, "gamma does not fit ", layer);
  return {weight * scale.view({-1, 1, 1, 1}),
          tensor(norm + "beta") - tensor(norm + "moving_mean") * scale};
}

void load_features(const Pretrained& frozen) {
  const c10::NoGradGuard no_gradients;
  require(path_exists(frozen.file), "feature weights: ", frozen.file, ": no such file or folder");
  const bool is_of_torchvision = frozen.name != "mobilenet";
  const bool is_safetensors = fs::path(frozen.file).extension() == ".safetensors";
  // torchvision's own squeezenet wants other normalised colours; its file would load, and see nothing.
  require(frozen.name != "squeezenet" || is_safetensors, frozen.file,
          ": got another file than weights/squeezenet-v1.0.safetensors, whose values expect levels "
          "of 255");
  const NamedWeights weights(is_safetensors      ? read_safetensors(frozen.file)
                             : is_of_torchvision ? read_torch_file(frozen.file)
                                                 : read_tfjs(frozen.file),
                             frozen.file);
  const auto parameters = frozen.network.parameters();
  const auto layers = feature_layer_names(frozen.name, frozen.layer);
  for (size_t i = 0; i < layers.size(); ++i) {
    const auto conv = is_of_torchvision
                          ? find_as_in_torchvision(weights, layers[i])
                          : folded_mobilenet_layer(
                                [&](const std::string& name) { return weights[name]; }, layers[i]);
    auto weight = parameters.at(2 * i).second, bias = parameters.at(2 * i + 1).second;
    require(conv.weight.sizes() == weight.sizes() && conv.bias.sizes() == bias.sizes(), frozen.file,
            ": ", layers[i], " has the shape ", conv.weight.sizes(), ", expected ", weight.sizes());
    weight.copy_(conv.weight);
    bias.copy_(conv.bias);
  }
}

void load_pretrained(const Method& method) {
  for (const auto& frozen : method.pretrained()) load_features(frozen);
}

}  // namespace ganvas
