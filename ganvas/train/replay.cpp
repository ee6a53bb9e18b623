// Work of a GPU, launched as one.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/train/replay.h"

#include <ATen/DeviceAccelerator.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

// Libraries choose algorithms and take their workspaces in the first calls, which no graph may hold.
constexpr int64_t kLaunchedFirst = 3;

c10::Stream own_stream(at::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

/// Makes what is launched on `after` from here on wait for what is launched on `before` already.
void order(const c10::Stream& before, const c10::Stream& after) {
  c10::Event event(before.device_type());
  event.record(before);
  event.block(after);
}

}  // namespace

Replay::Replay(at::Device device) : stream_(own_stream(device)) {}

Tensor Replay::run(const Batch& batch, const WorkOnBatch& work) {
  const auto device = stream_.device();
  order(c10::impl::VirtualGuardImpl(device.type()).getStream(device), stream_);
  const c10::StreamGuard on_own_stream(stream_);
  // What follows ends with a copy to the host, which waits for all of it: nobody needs to wait for
  // this stream, and the batch may be let go of.
  if (!batch_.a.defined()) batch_ = batch.copied();
  batch_.take(batch);
  if (!graph_ && launched_++ < kLaunchedFirst) return work(batch_).cpu();
  if (!graph_) capture(work);
  graph_->replay();
  return result_.cpu();
}

void Replay::capture(const WorkOnBatch& work) {
  at::accelerator::emptyCache();  // a graph has memory of its own
  auto graph = make_graph(stream_.device());
  require(graph != nullptr, "replay: got the device ", stream_.device(),
          ", expected one whose work libtorch can capture; use --cuda-graph off");
  try {
    graph->begin();
    result_ = work(batch_);
    graph->end();
  } catch (const c10::OutOfMemoryError&) {
    graph->abandon();
    throw;
  } catch (const c10::Error& error) {
    graph->abandon();
    throw Error(c10::str("a step could not be captured as a graph: ",
                         error.what_without_backtrace(), "; use --cuda-graph off"));
  }
  graph_ = std::move(graph);
}

}  // namespace ganvas
