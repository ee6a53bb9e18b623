// Networks of Keras.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/store/keras.h"

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/json.h"

namespace ganvas {
namespace {

/// A graph being made of layers.
class KerasReader {
 public:
  explicit KerasReader(std::map<std::string, Tensor> tensors) : tensors_(std::move(tensors)) {}

  void add_layer(const Json& layer);
  Graph take() { return std::move(graph_); }

  std::vector<size_t> inputs_of(const Json& layer) const;
  const Tensor& tensor(const std::string& name) const {
    const auto found = tensors_.find(name);
    require(found != tensors_.end(), "has no tensor ", name);
    return found->second;
  }
  size_t add(Step step) { return graph_.add(std::move(step)); }

 private:
  Graph graph_;
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, size_t> maps_;  // by the layer that makes them
};

using AddKerasLayer = size_t (*)(KerasReader& reader, const Json& config,
                                 const std::vector<size_t>& inputs);

/// [[["layer", 0, 0, {}], ...]]
std::vector<size_t> KerasReader::inputs_of(const Json& layer) const {
  std::vector<size_t> maps;
  const auto& nodes = layer.at("inbound_nodes");
  if (nodes.empty()) return maps;
  for (const auto& node : nodes.at(0)) {
    const auto found = maps_.find(node.at(0).get<std::string>());
    require(found != maps_.end(), "takes ", node.at(0).dump(), ", which no layer before it makes");
    maps.push_back(found->second);
  }
  return maps;
}

size_t activated(KerasReader& reader, const std::string& name, size_t x) {
  if (name == "linear") return x;
  if (name == "relu") return reader.add({.op = Op::kLeakyRelu, .inputs = {x}});
  if (name == "sigmoid") return reader.add({.op = Op::kSigmoid, .inputs = {x}});
  if (name == "tanh") return reader.add({.op = Op::kTanh, .inputs = {x}});
  throw Error("has the activation " + name + ", which is not known here");
}

size_t add_conv(KerasReader& reader, const Json& config, const std::vector<size_t>& inputs) {
  const auto name = config.at("name").get<std::string>();
  const auto stride = config.at("strides").get<std::vector<int64_t>>();
  const auto kernel = reader.tensor(name + "/kernel");  // [kh, kw, in, out]
  require(kernel.dim() == 4 && kernel.size(0) == kernel.size(1) && kernel.size(0) % 2 == 1 &&
              stride == std::vector<int64_t>({1, 1}),
          "got a kernel of ", kernel.sizes(), " and strides of ", stride,
          ", expected a square of odd sides, and no strides");
  const int64_t side = kernel.size(0);
  const int64_t pad = config.at("padding") == "same" ? side / 2 : 0;
  Step step{.op = Op::kConv,
            .inputs = inputs,
            .weight = kernel.permute({3, 2, 0, 1}).contiguous(),
            .kernel = side,
            .pads = {pad, pad, pad, pad}};
  if (config.value("use_bias", true)) step.bias = reader.tensor(name + "/bias");
  return activated(reader, config.value("activation", "linear"), reader.add(step));
}

size_t add_activation(KerasReader& reader, const Json& config, const std::vector<size_t>& inputs) {
  return activated(reader, config.at("activation").get<std::string>(), inputs.at(0));
}

size_t add_leaky_relu(KerasReader& reader, const Json& config, const std::vector<size_t>& inputs) {
  return reader.add({.op = Op::kLeakyRelu, .inputs = inputs, .value = config.value("alpha", 0.3)});
}

size_t add_relu(KerasReader& reader, const Json&, const std::vector<size_t>& inputs) {
  return reader.add({.op = Op::kLeakyRelu, .inputs = inputs});
}

size_t add_concatenation(KerasReader& reader, const Json& config,
                         const std::vector<size_t>& inputs) {
  const auto axis = config.value("axis", -1);
  require(axis == 3 || axis == -1, "joins maps along axis ", axis, ", expected channels");
  return reader.add({.op = Op::kConcat, .inputs = inputs});
}

size_t add_sum(KerasReader& reader, const Json&, const std::vector<size_t>& inputs) {
  auto sum = inputs.at(0);
  for (size_t i = 1; i < inputs.size(); ++i) {
    sum = reader.add({.op = Op::kAdd, .inputs = {sum, inputs[i]}});
  }
  return sum;
}

/// A layer of ISR's ESRGAN: times beta.
size_t add_factor(KerasReader& reader, const Json& config, const std::vector<size_t>& inputs) {
  return reader.add({.op = Op::kScale, .inputs = inputs, .value = config.at("beta").get<double>()});
}

/// ISR's PixelShuffle2x to 8x: TensorFlow's depth_to_space.
size_t add_shuffle(KerasReader& reader, const Json& config, const std::vector<size_t>& inputs) {
  const auto factor = config.at("scale").get<int64_t>();
  require(factor >= 1 && factor <= 16, "got a factor of ", factor);
  return reader.add({.op = Op::kDepthToSpace, .inputs = inputs, .factor = factor});
}

size_t add_upsampling(KerasReader& reader, const Json& config, const std::vector<size_t>& inputs) {
  const auto size = config.at("size").get<std::vector<int64_t>>();
  require(size.size() == 2 && size[0] == size[1] && size[0] >= 1 && size[0] <= 16,
          "got the factors ", size, ", expected two equal ones");
  const bool is_nearest = config.value("interpolation", "nearest") == "nearest";
  return reader.add({.op = is_nearest ? Op::kNearest : Op::kBilinear,
                     .inputs = inputs,
                     .value = static_cast<double>(size[0])});
}

const std::map<std::string, AddKerasLayer>& keras_layers() {
  static const std::map<std::string, AddKerasLayer> all = {
      {"Conv2D", add_conv},
      {"Activation", add_activation},
      {"ReLU", add_relu},
      {"LeakyReLU", add_leaky_relu},
      {"Concatenate", add_concatenation},
      {"Add", add_sum},
      {"MultiplyBeta", add_factor},
      {"PixelShuffle2x", add_shuffle},
      {"PixelShuffle3x", add_shuffle},
      {"PixelShuffle4x", add_shuffle},
      {"PixelShuffle8x", add_shuffle},
      {"UpSampling2D", add_upsampling},
  };
  return all;
}

void KerasReader::add_layer(const Json& layer) {
  const auto kind = layer.at("class_name").get<std::string>();
  const auto& config = layer.at("config");
  const auto name = config.at("name").get<std::string>();
  if (kind == "InputLayer") {
    maps_[name] = 0;
    return;
  }
  const auto found = keras_layers().find(kind);
  require(found != keras_layers().end(), "layer ", name, ": is a ", kind,
          ", which is not known here");
  try {
    const auto inputs = inputs_of(layer);
    require(!inputs.empty(), "takes no map");
    maps_[name] = found->second(*this, config, inputs);
  } catch (const Error& error) {
    throw Error(c10::str("layer ", name, ": ", error.what()));
  }
}

}  // namespace

Graph read_keras(const fs::path& folder, const std::map<std::string, Tensor>& tensors) {
  const auto file = folder / "model.json";
  const auto model = read_json(file.string());
  KerasReader reader(tensors);
  try {
    const auto& topology = model.at("modelTopology");
    require(topology.is_object(), "has tensors without a network (no modelTopology)");
    const auto& network =
        topology.contains("model_config") ? topology.at("model_config") : topology;
    for (const auto& layer : network.at("config").at("layers")) reader.add_layer(layer);
  } catch (const Json::exception& error) {
    throw Error(c10::str(file.string(), ": is not a network of Keras: ", error.what()));
  } catch (const std::out_of_range&) {
    throw Error(file.string() + ": has a layer without what it needs");
  } catch (const Error& error) {
    throw Error(file.string() + ": " + error.what());
  }
  return reader.take();
}

}  // namespace ganvas
