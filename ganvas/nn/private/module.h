// The base of the network classes:.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/nn/network.h"
#include "ganvas/nn/row_pass.h"

namespace ganvas {

/// One tensor in, one tensor out, by parameters, buffers and parts that have names. Not torch's module:
/// reading the header of that takes four seconds a file (decisions/0001).
class Module {
 public:
  virtual ~Module() = default;
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  virtual Tensor forward(const Tensor& input) = 0;

  /// What the parts of the network make on the way, the output last.
  virtual std::vector<Tensor> stages(const Tensor& input) { return {forward(input)}; }

  /// A pass by rows over an image of this height, which the module must outlive; null if it cannot.
  virtual std::unique_ptr<RowPass> row_pass(int64_t /*height*/) { return nullptr; }

  /// Sets the mode of this module and of all below it.
  void set_mode(Mode mode);
  Mode mode() const { return mode_; }

  /// Of this module as a whole.
  void set_inner_maps(InnerMaps maps) { inner_maps_ = maps; }
  InnerMaps inner_maps() const { return inner_maps_; }

  /// This module's own in the order of registration, then those of its parts, "part.name"; what two
  /// parts share appears once.
  NamedTensors parameters() const;
  NamedTensors buffers() const;

 protected:
  /// Names what the module is made of, and returns it. Parameters require gradients, buffers do not. A
  /// part without a name keeps its own parts' names.
  Tensor register_parameter(const std::string& name, const Tensor& tensor);
  Tensor register_buffer(const std::string& name, const Tensor& tensor);

  template <typename Part>
  std::shared_ptr<Part> register_module(const std::string& name, std::shared_ptr<Part> part) {
    parts_.emplace_back(name, part);
    return part;
  }

 private:
  Mode mode_ = Mode::kTrain;
  InnerMaps inner_maps_ = InnerMaps::kKept;
  NamedTensors parameters_, buffers_;
  std::vector<std::pair<std::string, std::shared_ptr<Module>>> parts_;
};

}  // namespace ganvas
