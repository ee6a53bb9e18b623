// Networks that measures of likeness look through.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/perceptual.h"

#include <array>
#include <functional>
#include <map>
#include <set>

#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/families/build.h"
#include "ganvas/families/photo_layers.h"
#include "ganvas/store/weights.h"

namespace ganvas {
namespace {

using Tensors = std::map<std::string, Tensor>;

constexpr int64_t kTriedSide = 64;  // of an image to try networks on, pixels

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

/// What stands before all names of a network ("module.", "state_dict."), "" if nothing.
///   Throws Error if there are networks under several.
std::string head_of(const Tensors& file, const std::string& who) {
  constexpr std::array kFirst = {"features.0.weight", "net.slice1.0.weight", "stage1.0.weight",
                                 "lin0.model.1.weight", "alpha"};
  std::set<std::string> heads;
  for (const auto& [name, tensor] : file) {
    for (const std::string first : kFirst) {
      if (!name.ends_with(first)) continue;
      const auto head = name.substr(0, name.size() - first.size());
      if (head.empty() || head.back() == '.') heads.insert(head);
    }
  }
  require(heads.size() <= 1, who, ": holds several networks, under '", c10::Join("' and '", heads),
          "', expected one; save the state_dict() of the one that is meant");
  return heads.empty() ? "" : *heads.begin();
}

/// Adds a file's tensors under torchvision's names; constants of pools are left out.
void add_tensors(const std::filesystem::path& path, Tensors& all) {
  const auto file = read_tensors(path).tensors;
  const auto head = head_of(file, path.string());
  for (const auto& [name, tensor] : file) {
    if (name.rfind(head, 0) != 0 || name.ends_with(".filter")) continue;
    const auto own = torchvision_name(name.substr(head.size()));
    require(
        all.emplace(own, tensor).second, path.string(), ": holds ", own,
        ", which another of the files holds too; expected one network and the weights of the measure");
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

/// Builds a network and tries it on an image, so that what does not fit is told with the files' names.
///   looks_like: what its tensors' names are of
Network built(const std::string& who, const std::string& looks_like, int64_t side,
              const std::function<Network()>& build) {
  Network network;
  try {
    with_shapes_explained([&] {
      network = build();
      freeze(network);
      network.stages(at::zeros({1, 3, side, side}));
    });
  } catch (const Error& error) {
    throw Error(c10::str(who, ": looks like ", looks_like, ", but ", error.what()));
  }
  return network;
}

/// The network whose stages() are the maps that are compared.
Network network_through(const Trunk& trunk, const Tensors& tensors, const std::string& who) {
  return built(who, trunk.source, kTriedSide, [&] {
    Tensors layers;
    for (const auto& [name, tensor] : tensors) {
      if (name.rfind("features.", 0) == 0) layers[name] = tensor;
    }
    StateDict state(std::move(layers));
    Foreign made;
    trunk.add(state, made);
    std::vector<size_t> shown;
    for (const auto layer : trunk.layers) {
      require(made.maps.count(layer) > 0, "has no layer whose output is number ", layer,
              " of torchvision's; it is another version of it");
      shown.push_back(made.maps.at(layer));
    }
    require(made.maps.rbegin()->first == trunk.layers.back(), "has layers up to number ",
            made.maps.rbegin()->first, ", expected ", trunk.layers.back());
    Graph up_to_last;  // what is behind wants larger images
    for (size_t i = 0; i < shown.back(); ++i) up_to_last.add(made.graph.steps()[i]);
    return network_of(up_to_last, shown);
  });
}

/// Numbers that a measure weighs channels by.
Tensor checked(const Tensor& weights, const std::string& name, int64_t count,
               const std::string& who) {
  const auto flat = weights.to(at::kFloat).flatten();
  require(flat.numel() == count, who, ": ", name, " has ", flat.numel(), " numbers, expected ",
          count);
  require(flat.isfinite().all().item<bool>(), who, ": ", name, " has numbers that are not finite");
  return flat;
}

/// The weights of LPIPS' layer `number`, undefined if there are none.
Tensor layer_weights(const Tensors& tensors, size_t number) {
  for (const auto* head : {"lin", "lins."}) {
    for (const auto* tail : {".model.1.weight", ".model.0.weight"}) {
      const auto found = tensors.find(c10::str(head, number, tail));
      if (found != tensors.end()) return found->second;
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
  const auto maps = made.network.stages(at::zeros({1, 3, kTriedSide, kTriedSide}));
  for (size_t i = 0; i < maps.size(); ++i) {
    const auto weights = layer_weights(tensors, i);
    require(weights.defined(), who, ": no weights of LPIPS for layer ", i, " (lin", i,
            ".model.1.weight), expected lpips/weights/v0.1/", trunk.name,
            ".pth of PyPI's lpips beside ", trunk.source);
    made.weights.push_back(checked(weights, c10::str("LPIPS' layer ", i), maps[i].size(1), who));
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
  for (const auto& map : made.network.stages(at::zeros({1, 3, kTriedSide, kTriedSide})))
    channels += map.size(1);
  for (auto [name, weights] : {std::pair("alpha", &made.alpha), {"beta", &made.beta}}) {
    const auto found = tensors.find(name);
    require(found != tensors.end(), who, ": no tensor ", name,
            ", expected weights.pt of PyPI's DISTS-pytorch beside torchvision's VGG-16");
    *weights = checked(found->second, name, channels, who);
  }
  const auto sum = made.alpha.sum() + made.beta.sum();
  require(sum.item<double>() > 0, who, ": alpha and beta are ", sum.item<double>(),
          " in all, expected a positive number");
  made.alpha = made.alpha / sum;
  made.beta = made.beta / sum;
  return made;
}

Network read_inception(const std::filesystem::path& file) {
  auto made = read_foreign(file);
  require(made.family == "inception", file.string(), ": holds ", made.family,
          ", expected Inception v3 as of the Frechet inception distance: "
          "pt_inception-2015-12-05-6726825d.pth of pytorch-fid's releases");
  return built(file.string(), "Inception v3", /*side=*/299, [&] {
    const auto last = made.graph.steps().size();
    made.graph.add({.op = Op::kGlobalMean, .inputs = {last}});
    return network_of(made.graph);
  });
}

}  // namespace ganvas
