// A network as the rest of ganvas sees it: a light handle, without torch's module headers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/nn/row_pass.h"

namespace ganvas {

class Module;  // nn/module.h

/// How layers that differ between training and use behave.
enum class Mode {
  kTrain,             // batch statistics, running ones updated; dropout on
  kBatchStatistics,   // as in training, but nothing is updated: how pix2pix translates
  kRunningStatistics  // running statistics; dropout off: what other libraries call eval
};

/// What becomes of the maps that a pass makes inside, until gradients are taken.
enum class InnerMaps {
  kKept,
  kRecomputed  // let go of, and made again then: a third more time, the memory of one pass
};

/// A network: parameters, buffers and a forward pass. A handle: copies share the parameters.
///
/// Threads may not share one while its mode or its parameters change.
class Network {
 public:
  Network() = default;
  explicit Network(std::shared_ptr<Module> module);

  /// What it maps to what is written at the function that makes the network.
  Tensor operator()(const Tensor& input) const;

  /// The output of each layer of a stack() or a discriminator, the network's own last; of a feature
  /// network those that were asked for; of other networks the output alone.
  std::vector<Tensor> stages(const Tensor& input) const;

  /// A pass by rows over an image of this height, of a graph whose steps all keep near their places; null of others.
  /// The network must outlive it.
  std::unique_ptr<RowPass> row_pass(int64_t height) const;

  void set_mode(Mode mode) const;
  Mode mode() const;

  /// Of passes by operator(); stages() keeps all. With kRecomputed there are no gradients of gradients.
  void set_inner_maps(InnerMaps maps) const;

  /// In the order of registration; a parameter that two layers share appears once.
  NamedTensors parameters() const;

  /// Running statistics and the like: state that no player moves.
  NamedTensors buffers() const;

  void to(at::Device device) const;

  const std::shared_ptr<Module>& module() const { return module_; }  // for nn/*.cpp

 private:
  std::shared_ptr<Module> module_;
};

/// Puts a network into a mode for the length of a scope.
class ModeScope {
 public:
  ModeScope(Network network, Mode mode) : network_(std::move(network)), before_(network_.mode()) {
    network_.set_mode(mode);
  }
  ~ModeScope() { network_.set_mode(before_); }
  ModeScope(const ModeScope&) = delete;
  ModeScope& operator=(const ModeScope&) = delete;

 private:
  Network network_;
  Mode before_;
};

/// The number of trainable numbers.
int64_t parameter_count(const Network& network);

}  // namespace ganvas
