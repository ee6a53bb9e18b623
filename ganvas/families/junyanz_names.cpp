// The names of tensors in the programs of pix2pix and CycleGAN (junyanz), and ours.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/families/junyanz_names.h"

#include <algorithm>
#include <functional>
#include <map>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

/// Layers of ours by theirs: "block0.a.conv" -> "model.10.conv_block.1".
using Layers = std::map<std::string, std::string>;

int64_t count_of(const std::vector<std::string>& names, const std::string& layer) {
  int64_t count = 0;
  while (std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.rfind(c10::str(layer, count, "."), 0) == 0;
  })) {
    ++count;
  }
  return count;
}

/// Each layer there is one of a list, counted with those that have no tensors.
Layers resnet_layers(const std::vector<std::string>& names, bool drops) {
  constexpr int64_t kFirstBlock = 10;
  Layers layers;
  const auto normed = [&](const std::string& ours, int64_t number) {
    layers[ours + ".conv"] = c10::str("model.", number);
    layers[ours + ".norm"] = c10::str("model.", number + 1);
  };
  normed("head", 1);
  normed("down0", 4);
  normed("down1", 7);
  const int64_t blocks = count_of(names, "block");
  for (int64_t i = 0; i < blocks; ++i) {
    const auto theirs = c10::str("model.", kFirstBlock + i, ".conv_block.");
    const auto ours = c10::str("block", i);
    layers[ours + ".a.conv"] = theirs + "1";
    layers[ours + ".a.norm"] = theirs + "2";
    layers[ours + ".b.conv"] = theirs + (drops ? "6" : "5");
    layers[ours + ".b.norm"] = theirs + (drops ? "7" : "6");
  }
  const int64_t after = kFirstBlock + blocks;
  normed("up0", after);
  normed("up1", after + 3);
  layers["tail"] = c10::str("model.", after + 7);
  return layers;
}

/// Each level lies in the one above it.
Layers unet_layers(const std::vector<std::string>& names) {
  const int64_t levels = count_of(names, "down");
  Layers layers = {{"down0", "model.model.0"}, {"up0", "model.model.3"}};
  std::string inside = "model.model.1.model.";
  for (int64_t i = 1; i < levels; ++i) {
    const bool is_innermost = i == levels - 1;
    layers[c10::str("down", i)] = inside + "1";
    layers[c10::str("down_norm", i)] = inside + "2";
    layers[c10::str("up", i)] = inside + (is_innermost ? "3" : "5");
    layers[c10::str("up_norm", i)] = inside + (is_innermost ? "4" : "6");
    inside += "3.model.";
  }
  return layers;
}

Layers patch_discriminator_layers(const std::vector<std::string>& names) {
  const int64_t convolutions = count_of(names, "conv");
  Layers layers = {{"conv0", "model.0"}};
  for (int64_t i = 1; i < convolutions; ++i) {
    layers[c10::str("conv", i)] = c10::str("model.", 3 * i - 1);
    layers[c10::str("norm", i)] = c10::str("model.", 3 * i);
  }
  layers["score"] = c10::str("model.", 3 * convolutions - 1);
  return layers;
}

}  // namespace

std::optional<NamedTensors> with_junyanz_names(const Network& network, bool drops) {
  auto tensors = network.parameters();
  const auto buffers = network.buffers();
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  for (const auto& layers :
       {resnet_layers(names, drops), unet_layers(names), patch_discriminator_layers(names)}) {
    NamedTensors renamed;
    for (const auto& [name, tensor] : tensors) {
      const auto dot = name.rfind('.');
      const auto found = layers.find(name.substr(0, dot));
      if (dot == std::string::npos || found == layers.end()) break;
      renamed.emplace_back(found->second + name.substr(dot), tensor);
    }
    if (!names.empty() && renamed.size() == names.size()) return renamed;
  }
  return std::nullopt;
}

}  // namespace ganvas
