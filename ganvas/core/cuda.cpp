// libtorch's CUDA half, which is there on some machines and not on others.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/cuda.h"

#include <filesystem>

#include <ATen/Context.h>
#include <dlfcn.h>

#include "ganvas/core/files.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

/// The folder of the library that holds torch's operators on the processor.
fs::path folder_of_libtorch() {
  Dl_info info{};
  const auto* address = reinterpret_cast<const void*>(&at::globalContext);
  return dladdr(address, &info) != 0 ? fs::path(info.dli_fname).parent_path() : fs::path();
}

std::string load() {
  const auto library = folder_of_libtorch() / "libtorch_cuda.so";
  if (!path_exists(library)) return "this libtorch was built without CUDA";
  if (dlopen("libcuda.so.1", RTLD_LAZY) == nullptr) return "there is no NVIDIA driver here";
  // Lazily: what is never called (communication between GPUs, say) need not be there.
  if (dlopen(library.c_str(), RTLD_LAZY | RTLD_GLOBAL) == nullptr) {
    return std::string("libtorch's CUDA half could not be loaded: ") + dlerror();
  }
  return at::globalContext().hasCUDA() ? "" : "the NVIDIA driver names no GPU";
}

}  // namespace

const std::string& load_cuda() {
  static const std::string fault = load();
  return fault;
}

}  // namespace ganvas
