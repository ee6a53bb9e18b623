// What all methods share.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/method.h"

#include <algorithm>

#include <ATen/ops/arange.h>
#include <ATen/ops/randn.h>

namespace ganvas {

void Losses::add(std::string name, Tensor value) {
  terms.emplace_back(std::move(name), std::move(value));
}

Tensor Losses::total() const {
  require(!terms.empty(), "losses: got no terms, expected at least one");
  Tensor sum = terms[0].second;
  for (size_t i = 1; i < terms.size(); ++i) sum = sum + terms[i].second;
  return sum;
}

bool Abilities::translates(Direction direction) const {
  return std::find(directions.begin(), directions.end(), direction) != directions.end();
}

Tensor Method::translate(const Tensor& images, Direction direction) {
  require_usage(abilities().translates(direction), "this method does not translate ",
                direction == Direction::kAtoB ? "from a to b" : "from b to a");
  return run_translation(images, direction);
}

Tensor Method::run_translation(const Tensor&, Direction) {
  throw UsageError("this method translates nothing");
}

std::vector<Tensor> Method::sample(int64_t count) {
  const auto abilities = this->abilities();
  require_usage(abilities.code > 0,
                "sample: this method makes no images from noise; see ganvas translate");
  const auto device = parameters_of(*this).front().second.device();
  const auto codes = at::randn({count, abilities.code}).to(device);
  const auto labels = at::arange(count).remainder(std::max<int64_t>(1, abilities.classes));
  return {decode(codes, labels.to(device))};
}

Tensor Method::decode(const Tensor&, const Tensor&) {
  throw UsageError("decode: this method draws nothing from codes; see ganvas translate");
}

Tensor Method::encode(const Tensor&) {
  throw UsageError("encode: this method finds no codes of images");
}

Tensor Method::classify(const Tensor& images, Domain domain) {
  return features_and_logits(images, domain).logits.detach();
}

FeaturesAndLogits Method::features_and_logits(const Tensor&, Domain) {
  throw UsageError("classify: this method or this run has no classifier of images");
}

Network Method::add_network(const std::string& name, Network network) {
  networks_.emplace_back(name, network);
  return network;
}

void Method::add_memory(const std::string& name, const NamedTensors& tensors) {
  for (const auto& [key, tensor] : tensors) {
    auto full = name;
    memory_.emplace_back(full.append(".").append(key), tensor);
  }
}

NamedTensors parameters_of(const Method& method) {
  NamedTensors all;
  for (const auto& [name, network] : method.networks()) {
    for (const auto& [key, tensor] : network.parameters())
      all.emplace_back(name + "." + key, tensor);
  }
  return all;
}

NamedTensors buffers_of(const Method& method) {
  NamedTensors all;
  for (const auto& [name, network] : method.networks()) {
    for (const auto& [key, tensor] : network.buffers()) all.emplace_back(name + "." + key, tensor);
  }
  return all;
}

void move_to(const Method& method, at::Device device) {
  for (const auto& [name, network] : method.networks()) network.to(device);
  for (const auto& frozen : method.pretrained()) frozen.network.to(device);
}

}  // namespace ganvas
