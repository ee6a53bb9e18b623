// Work of a GPU, launched as one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include <c10/core/Stream.h>

#include "ganvas/core/batch.h"
#include "ganvas/core/device_graph.h"

namespace ganvas {

/// Work that is the same on every batch, on a GPU that would otherwise wait for its operations to be
/// launched one by one. The first few times they are; then they are captured as a graph, which is
/// replayed from there on.
class Replay {
 public:
  /// What is done with a batch, all of it on the device: nothing is brought to the host or decided
  /// there.
  using WorkOnBatch = std::function<Tensor(const Batch&)>;

  explicit Replay(at::Device device);

  /// Does the work and waits for it. Every batch must have the shapes of the first.
  ///
  ///   work:    the same every time, but for the batch
  ///   returns: its result, on the CPU
  ///   Throws Error where make_graph() makes none for the device.
  Tensor run(const Batch& batch, const WorkOnBatch& work);

 private:
  void capture(const WorkOnBatch& work);

  c10::Stream stream_;  // captured work may not be on the default one
  std::unique_ptr<DeviceGraph> graph_;
  Batch batch_;    // where the work finds its batch
  Tensor result_;  // where the graph leaves its result
  int64_t launched_ = 0;
};

}  // namespace ganvas
