// CUDA's graphs, as a library of their own that core/device_graph loads where there is a GPU. torch
// 2.13 has a device-neutral interface to them, but no implementation of it for CUDA.
// SPDX-License-Identifier: Apache-2.0
#include <ATen/cuda/CUDAGraph.h>

#include "ganvas/core/device_graph.h"

namespace ganvas {
namespace {

class CudaGraph : public DeviceGraph {
 public:
  void begin() override {
    // Loading threads may allocate pinned memory meanwhile, which a global capture would not survive.
    graph_.capture_begin(/*pool=*/{0, 0}, cudaStreamCaptureModeThreadLocal);
  }
  void end() override { graph_.capture_end(); }
  void replay() override { graph_.replay(); }
  void abandon() noexcept override {
    try {
      graph_.capture_end();  // the stream must not stay in capture
    } catch (...) {          // of a capture that is invalid already
    }
  }

 private:
  at::cuda::CUDAGraph graph_;
};

}  // namespace
}  // namespace ganvas

extern "C" ganvas::DeviceGraph* ganvas_make_cuda_graph() {
  return new ganvas::CudaGraph;
}
