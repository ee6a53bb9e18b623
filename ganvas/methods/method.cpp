// What all methods share.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/methods/method.h"

namespace ganvas {

Tensor Losses::total() const {
  require(!terms.empty(), "losses: got no terms, expected at least one");
  Tensor sum = terms[0].second;
  for (size_t i = 1; i < terms.size(); ++i) sum = sum + terms[i].second;
  return sum;
}

Network Method::add_network(const std::string& name, Network network) {
  networks_.emplace_back(name, network);
  return network;
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

}  // namespace ganvas
