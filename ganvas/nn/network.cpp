// A network as the rest of ganvas sees it.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/network.h"

#include <c10/core/GradMode.h>

#include "ganvas/core/error.h"
#include "ganvas/nn/private/module.h"
#include "ganvas/nn/private/recomputed.h"

namespace ganvas {

Network::Network(std::shared_ptr<Module> module) : module_(std::move(module)) {}

Tensor Network::operator()(const Tensor& input) const {
  const bool recomputes =
      module_->inner_maps() == InnerMaps::kRecomputed && c10::GradMode::is_enabled();
  return recomputes ? recomputed_pass(module_, input) : module_->forward(input);
}

void Network::set_inner_maps(InnerMaps maps) const {
  module_->set_inner_maps(maps);
}

std::unique_ptr<RowPass> Network::row_pass(int64_t height) const {
  return module_->row_pass(height);
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
