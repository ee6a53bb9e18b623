// Work of a device, captured once and launched as one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/core/tensor.h"

namespace ganvas {

/// What was launched on the current stream, which may not be the default one, between begin() and
/// end(); replay() launches all of it again, on the same memory.
class DeviceGraph {
 public:
  virtual ~DeviceGraph() = default;
  /// Throws c10::Error where the work cannot be captured; so does end().
  virtual void begin() = 0;
  virtual void end() = 0;
  virtual void replay() = 0;
  /// Leaves off after begin(), when what was to be captured has failed.
  virtual void abandon() noexcept = 0;
};

/// An empty graph, or null where the work of such a device cannot be captured: on the processor, and
/// where the library libganvas_cuda.so, which is built beside the program if libtorch has its CUDA
/// half, is missing.
std::unique_ptr<DeviceGraph> make_graph(at::Device device);

}  // namespace ganvas
