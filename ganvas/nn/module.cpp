// The base of the network classes.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/module.h"

#include <algorithm>

namespace ganvas {
namespace {

/// Appends those of a part that are not there yet.
void add_named(NamedTensors& all, const std::string& part, const NamedTensors& more) {
  const auto prefix = part.empty() ? "" : part + ".";
  for (const auto& [name, tensor] : more) {
    const auto is_same = [&tensor = tensor](const auto& item) {
      return item.second.is_same(tensor);
    };
    if (std::none_of(all.begin(), all.end(), is_same)) all.emplace_back(prefix + name, tensor);
  }
}

}  // namespace

void Module::set_mode(Mode mode) {
  mode_ = mode;
  for (const auto& [name, part] : parts_) part->set_mode(mode);
}

NamedTensors Module::parameters() const {
  auto all = parameters_;
  for (const auto& [name, part] : parts_) add_named(all, name, part->parameters());
  return all;
}

NamedTensors Module::buffers() const {
  auto all = buffers_;
  for (const auto& [name, part] : parts_) add_named(all, name, part->buffers());
  return all;
}

Tensor Module::register_parameter(const std::string& name, const Tensor& tensor) {
  tensor.set_requires_grad(true);
  parameters_.emplace_back(name, tensor);
  return tensor;
}

Tensor Module::register_buffer(const std::string& name, const Tensor& tensor) {
  buffers_.emplace_back(name, tensor);
  return tensor;
}

}  // namespace ganvas
