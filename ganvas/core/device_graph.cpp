// Work of a device, captured once and launched as one.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/device_graph.h"

#include <string>

#include <dlfcn.h>

#include "ganvas/core/cuda.h"
#include "ganvas/core/log.h"

namespace ganvas {
namespace {

using MakeGraph = DeviceGraph* (*)();

MakeGraph find_maker() {
  if (!load_cuda().empty()) return nullptr;
  // Found by the run path of the program, which names the program's own folder.
  void* library = dlopen("libganvas_cuda.so", RTLD_NOW);
  if (library == nullptr) {
    note(std::string("steps are not captured as graphs: ") + dlerror());
    return nullptr;
  }
  return reinterpret_cast<MakeGraph>(dlsym(library, "ganvas_make_cuda_graph"));
}

}  // namespace

std::unique_ptr<DeviceGraph> make_graph(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  static const MakeGraph make = find_maker();
  return std::unique_ptr<DeviceGraph>(make == nullptr ? nullptr : make());
}

}  // namespace ganvas
