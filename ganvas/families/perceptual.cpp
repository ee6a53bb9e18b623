// Networks that measures of likeness look through.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/perceptual.h"

#include <array>
#include <functional>
#include <map>

#include "ganvas/core/error.h"
#include "ganvas/families/family.h"
#include "ganvas/families/photo_layers.h"
#include "ganvas/store/weights.h"

namespace ganvas {
namespace {

using Tensors = std::map<std::string, Tensor>;

/// A network that measures look through.
struct Trunk {
  const char* name;
  const char* source;  // whose file it is
  std::vector<int64_t>
      layers;  // that are compared, by torchvision's number; the last is the network's
  std::function<void(StateDict&, Foreign&)> add;
};

Trunk alexnet_trunk() {
  return {"alex", "torchvision's AlexNet", {1, 4, 7, 9, 11}, add_alexnet};
}

Trunk vgg_trunk(Pooling pooling) {
  return {"vgg",
          "torchvision's VGG-16",
          {3, 8, 15, 22, 29},
          [pooling](StateDict& state, Foreign& made) { add_vgg(state, made, pooling); }};
}

Trunk squeezenet_trunk() {
  return {"squeeze", "torchvision's SqueezeNet 1.1", {1, 4, 7, 9, 10, 11, 12}, add_squeezenet};
}

/// Which of LPIPS' trunks these tensors are.
Trunk lpips_trunk(const Tensors& tensors) {
  constexpr int64_t kAlexNetKernel = 11;
  if (tensors.count("features.3.squeeze.weight") > 0) return squeezenet_trunk();
  const auto& first = tensors.at("features.0.weight");
  return first.dim() == 4 && first.size(3) == kAlexNetKernel ? alexnet_trunk()
                                                             : vgg_trunk(Pooling::kMax);
}

/// A name as torchvision has it, of one that Python's lpips or DISTS-pytorch put into a slice or stage:
/// "net.slice2.3.weight", "stage2.5.weight".
std::string torchvision_name(const std::string& name) {
  for (const std::string head : {"net.slice", "stage"}) {
    const auto dot = name.find('.', head.size());
    if (name.rfind(head, 0) == 0 && dot != std::string::npos) return "features" + name.substr(dot);
  }
  return name;
}

/// Adds a file's tensors, without what stands before all names of a network ("module.", "state_dict.").
void add_tensors(const std::filesystem::path& path, Tensors& all) {
  constexpr std::array kFirst = {"features.0.", "net.slice1.0.", "stage1.0.", "lin0.", "alpha"};
  const auto file = read_tensors(path).tensors;
  std::string head;
  for (const auto& [name, tensor] : file) {
    for (const auto* first : kFirst) {
      const auto at = name.find(first);
      if (at != std::string::npos && at > 0 && name[at - 1] == '.') head = name.substr(0, at);
    }
  }
  for (const auto& [name, tensor] : file) {
    const bool has_head = name.rfind(head, 0) == 0;
    all[torchvision_name(has_head ? name.substr(head.size()) : name)] = tensor;
  }
}

std::string names_of(const std::vector<std::filesystem::path>& files) {
  std::string text;
  for (const auto& file : files) text += (text.empty() ? "" : ", ") + file.string();
  return text;
}

Tensors tensors_of(const std::vector<std::filesystem::path>& files, const std::string& wanted) {
  Tensors tensors;
  for (const auto& file : files) add_tensors(file, tensors);
  require(tensors.count("features.0.weight") > 0, names_of(files),
          ": no tensor features.0.weight, expected ", wanted);
  return tensors;
}

/// The network whose stages() are the maps that are compared.
Network network_through(const Trunk& trunk, const Tensors& tensors, const std::string& who) {
  Tensors layers;
  for (const auto& [name, tensor] : tensors) {
    if (name.rfind("features.", 0) == 0) layers[name] = tensor;
  }
  StateDict state(std::move(layers));
  Foreign made;
  try {
    trunk.add(state, made);
  } catch (const Error& error) {
    throw Error(c10::str(who, ": looks like ", trunk.source, ", but ", error.what()));
  }
  std::vector<size_t> shown;
  for (const auto layer : trunk.layers) {
    if (made.maps.count(layer) > 0) shown.push_back(made.maps.at(layer));
  }
  require(shown.size() == trunk.layers.size() && made.maps.rbegin()->first == trunk.layers.back(),
          who, ": has layers up to features.", made.maps.rbegin()->first - 1, ", expected ",
          trunk.source);
  Graph up_to_last;  // what is behind wants larger images
  for (size_t i = 0; i < shown.back(); ++i) up_to_last.add(made.graph.steps()[i]);
  const auto network = network_of(up_to_last, shown);
  for (const auto& [name, tensor] : network.parameters()) {
    tensor.set_requires_grad(false);
    require(tensor.isfinite().all().item<bool>(), who, ": its ", name,
            " has numbers that are not finite");
  }
  return network;
}

/// The weights of LPIPS' layer `number`, undefined if there are none.
Tensor layer_weights(const Tensors& tensors, size_t number) {
  for (const auto* head : {"lin", "lins."}) {
    for (const auto* tail : {".model.1.weight", ".model.0.weight"}) {
      const auto found = tensors.find(c10::str(head, number, tail));
      if (found != tensors.end()) return found->second.to(at::kFloat).flatten();
    }
  }
  return {};
}

}  // namespace

Lpips read_lpips(const std::vector<std::filesystem::path>& files) {
  const auto who = names_of(files);
  const auto tensors = tensors_of(
      files, "torchvision's AlexNet, VGG-16 or SqueezeNet 1.1, and LPIPS' own weights beside it");
  const auto trunk = lpips_trunk(tensors);
  Lpips made{trunk.name, network_through(trunk, tensors, who), {}};
  const auto maps = made.network.stages(at::zeros({1, 3, 64, 64}));
  for (size_t i = 0; i < maps.size(); ++i) {
    const auto weights = layer_weights(tensors, i);
    require(weights.defined(), who, ": no weights of LPIPS for layer ", i, " (lin", i,
            ".model.1.weight), expected lpips/weights/v0.1/", trunk.name,
            ".pth of PyPI's lpips beside ", trunk.source);
    require(weights.numel() == maps[i].size(1), who, ": LPIPS has ", weights.numel(),
            " weights for layer ", i, ", expected ", maps[i].size(1), " as ", trunk.source, " has");
    made.weights.push_back(weights);
  }
  require(!layer_weights(tensors, maps.size()).defined(), who, ": LPIPS has weights for more than ",
          maps.size(), " layers, expected lpips/weights/v0.1/", trunk.name, ".pth beside ",
          trunk.source);
  return made;
}

Dists read_dists(const std::vector<std::filesystem::path>& files) {
  const auto who = names_of(files);
  const auto tensors =
      tensors_of(files, "torchvision's VGG-16, and weights.pt of PyPI's DISTS-pytorch beside it");
  Dists made{network_through(vgg_trunk(Pooling::kL2), tensors, who), {}, {}};
  int64_t channels = 3;
  for (const auto& map : made.network.stages(at::zeros({1, 3, 64, 64}))) channels += map.size(1);
  for (auto [name, weights] : {std::pair("alpha", &made.alpha), {"beta", &made.beta}}) {
    const auto found = tensors.find(name);
    require(found != tensors.end(), who, ": no tensor ", name,
            ", expected weights.pt of PyPI's DISTS-pytorch beside torchvision's VGG-16");
    require(found->second.numel() == channels, who, ": ", name, " has ", found->second.numel(),
            " numbers, expected ", channels);
    *weights = found->second.to(at::kFloat).flatten();
  }
  const auto sum = made.alpha.sum() + made.beta.sum();
  made.alpha = made.alpha / sum;
  made.beta = made.beta / sum;
  return made;
}

Network read_inception(const std::filesystem::path& file) {
  auto made = read_foreign(file);
  require(made.family == "inception", file.string(), ": holds ", made.family,
          ", expected Inception v3 as of the Frechet inception distance: "
          "pt_inception-2015-12-05-6726825d.pth of pytorch-fid's releases");
  const auto last = made.graph.steps().size();
  made.graph.add({.op = Op::kGlobalMean, .inputs = {last}});
  const auto network = network_of(made.graph);
  for (const auto& [name, tensor] : network.parameters()) tensor.set_requires_grad(false);
  return network;
}

}  // namespace ganvas
