// The gradients of a player, added up over all processes while they are still being taken.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/world/world.h"

namespace ganvas {

/// Adds up gradients in flat buckets, in one order everywhere: a bucket is begun as soon as the last backward pass of a
/// turn has its gradients and those before it are begun. Li et al., "PyTorch Distributed", VLDB 2020 (arXiv:2006.15704),
/// section 3.2; for players that take turns, whose parameters' gradients are asked for by name.
class GradientExchange {
 public:
  /// The parameters are listened to as long as this lives; so must the world.
  GradientExchange(World& world, const NamedTensors& parameters);
  ~GradientExchange();
  GradientExchange(const GradientExchange&) = delete;
  GradientExchange& operator=(const GradientExchange&) = delete;

  /// Listens to the backward pass that comes, the last of this turn, which may ask for each gradient but once.
  ///   before: what earlier ones gave, one for each parameter, undefined where nothing
  void listen(const std::vector<Tensor>& before);

  /// Waits for all sums.
  ///   mine: this process' gradients, undefined where there is none;  returns: the sums, [shape of the parameter] each,
  ///   that hold until the next turn
  std::vector<Tensor> finish(const std::vector<Tensor>& mine);

 private:
  struct Bucket {
    Tensor flat;  // on the CPU
    int64_t missing = 0;
    std::unique_ptr<World::Pending> pending;
  };
  struct Slot {
    Tensor parameter, place;  // the latter in its bucket
    size_t bucket = 0;
    unsigned hook = 0;
    bool is_filled = false;
  };
  void begin_turn();
  void fill(size_t slot, const Tensor& gradient);
  void hear(size_t slot, const Tensor& gradient);

  World& world_;
  std::vector<Bucket> buckets_;
  std::vector<Slot> slots_;
  std::vector<Tensor> before_;
  bool is_listening_ = false;
  size_t begun_ = 0;  // buckets
};

}  // namespace ganvas
