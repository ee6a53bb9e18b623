// A network as the rest of ganvas sees it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/network.h"

#include "ganvas/core/error.h"
#include "ganvas/nn/private/module.h"

namespace ganvas {

Network::Network(std::shared_ptr<Module> module) : module_(std::move(module)) {}

Tensor Network::operator()(const Tensor& input) const {
  return module_->forward(input);
}

std::vector<Tensor> Network::stages(const Tensor& input) const {
  return module_->stages(input);
}

void Network::set_mode(Mode mode) const {
  module_->set_mode(mode);
}

Mode Network::mode() const {
  return module_->mode();
}

NamedTensors Network::parameters() const {
  return module_->parameters();
}

NamedTensors Network::buffers() const {
  return module_->buffers();
}

void Network::to(at::Device device) const {
  for (const auto& tensors : {parameters(), buffers()}) {
    for (const auto& [name, tensor] : tensors) tensor.set_data(tensor.detach().to(device));
  }
  if (!device.is_cuda()) return;
  // Tensor cores take maps with their channels together, and torch follows the weights' order.
  for (const auto& [name, tensor] : parameters()) {
    if (tensor.dim() == 4) tensor.set_data(tensor.contiguous(at::MemoryFormat::ChannelsLast));
  }
}

int64_t parameter_count(const Network& network) {
  int64_t count = 0;
  for (const auto& [name, tensor] : network.parameters()) count += tensor.numel();
  return count;
}

}  // namespace ganvas
