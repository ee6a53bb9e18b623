// Likeness by the features of frozen networks.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/content.h"

#include <algorithm>

#include "ganvas/methods/inference.h"
#include "ganvas/nn/features.h"
#include "ganvas/objectives/layers.h"
#include "ganvas/objectives/reconstruction.h"

namespace ganvas {
namespace {

std::string usual_layers(const std::string& network) {
  if (network == "vgg19") return "relu5_4";
  return network == "mobilenet" ? "pw5" : "conv1,fire3,fire5,fire7";
}

}  // namespace

Content::Content(const ContentConfig& config, int64_t channels) : config_(config) {
  if (!config.is_of_features()) {
    require_usage(config.distance == "squared",
                  "--content-distance: is of features; name some by --content");
    require_usage(config.weights == "none" && config.layers == "auto",
                  "--content-weights, --content-layer: are of features; name some by --content");
    return;
  }
  const auto networks = split_at_commas(config.networks), known = feature_network_names();
  require_usage(!networks.empty(), "--content: got nothing, expected none, pixels, or some of ",
                c10::Join(", ", known));
  for (const auto& name : networks) {
    require_usage(std::find(known.begin(), known.end(), name) != known.end(), "--content: got '",
                  name, "', expected none, pixels, or some of ", c10::Join(", ", known));
  }
  require_usage(channels == 3, "--content ", config.networks, ": got ", channels,
                " channels, expected colour images");
  require_usage(config.weights != "none", "--content ", config.networks,
                ": --content-weights is missing, expected the file of its weights");
  // One file may have commas in its name.
  const auto files =
      networks.size() == 1 ? std::vector{config.weights} : split_at_commas(config.weights);
  require_usage(files.size() == networks.size(), "--content-weights: got ", files.size(),
                " files for the ", networks.size(),
                " networks of --content, expected one for each");
  const bool is_usual = config.layers == "auto";
  const auto layers = split_at(config.layers, '/');
  require_usage(is_usual || layers.size() == networks.size(), "--content-layer: got layers of ",
                layers.size(), " networks, expected those of ", networks.size(),
                ", with / between them");
  for (size_t i = 0; i < networks.size(); ++i) {
    const auto& mine = is_usual ? usual_layers(networks[i]) : layers[i];
    pretrained_.push_back({networks[i], mine, files[i], feature_network(networks[i], mine)});
  }
}

void Content::add_term(Losses& losses, const Tensor& made, const Tensor& target) const {
  if (config_.networks == "none" || config_.weight == 0) return;
  if (config_.networks == "pixels") {
    losses.add("pixels", config_.weight * mean_squared_difference(made, target));
  } else {
    losses.add("content", config_.weight * feature_distance(made, target));
  }
}

Tensor Content::feature_distance(const Tensor& made, const Tensor& target) const {
  const auto of_layers = config_.distance == "unit" ? unit_layer_distance : squared_layer_distance;
  Tensor sum;
  for (const auto& [name, layers, file, network] : pretrained_) {
    const auto one = of_layers(network.stages(made), constant_stages(network, target));
    sum = sum.defined() ? sum + one : one;
  }
  return sum;
}

}  // namespace ganvas
