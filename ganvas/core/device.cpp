// Where and how the arithmetic runs: device, precision, threads.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/device.h"

#include <algorithm>
#include <atomic>

#include <sched.h>

#if __has_include(<omp.h>)
#include <omp.h>
#endif

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/cpu/Utils.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include "ganvas/core/cuda.h"
#include "ganvas/core/device_graph.h"
#include "ganvas/core/tensor_memory.h"

namespace ganvas {
namespace {

// Of the process, as torch's threads and determinism are.
std::atomic<bool> fast_kernels = true;

at::Device pick_device(const std::string& name) {
  if (name == "auto") return load_cuda().empty() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  const bool known = name == "cpu" || name == "cuda" || name.rfind("cuda:", 0) == 0;
  require_usage(known, "--device: got '", name, "', expected auto, cpu, cuda or cuda:N",
                did_you_mean(name, {"auto", "cpu", "cuda"}));
  if (name == "cpu") return at::kCPU;
  require_usage(load_cuda().empty(), "--device: got ", name, ", but ", load_cuda(),
                "; use --device cpu");
  int64_t index = 0;
  if (name != "cuda") {
    const Knob knob{"device", "", "", KnobKind::kInteger, Range{0, 127}};
    read_knob(knob, name.substr(5), index);
  }
  const auto count = at::detail::getCUDAHooks().deviceCount();
  require_usage(index < count, "--device: got ", name, ", but there are ", std::to_string(count),
                " GPUs");
  return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

/// Not at::set_num_threads(), which other threads begin with too.
void set_threads_of_this_thread([[maybe_unused]] int count) {
#if __has_include(<omp.h>)
  omp_set_num_threads(count);
#endif
}

Precision pick_precision(const std::string& name, at::Device device, Work work) {
  require_usage(name != "fp16" || device.is_cuda(), "--precision: got fp16 on ", device,
                ", expected it on a GPU; use bf16 or fp32");
  if (name == "fp16") return Precision::kFp16;
  if (name == "bf16") return Precision::kBf16;
  if (name == "fp32" || work == Work::kInference) return Precision::kFp32;
  return device.is_cuda() || processor_has("amx_bf16") || processor_has("avx512_bf16")
             ? Precision::kBf16
             : Precision::kFp32;
}

Launch pick_launch(const std::string& name, const Machine& machine, Work work) {
  // fp16 leaves out moves whose gradients overflowed, which the host decides.
  const bool is_possible = work == Work::kTraining && machine.precision != Precision::kFp16 &&
                           make_graph(machine.device) != nullptr;
  return name == "auto" && is_possible ? Launch::kGraph : Launch::kOperations;
}

}  // namespace

const char* name_of(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
      return "bf16";
    case Precision::kFp16:
      return "fp16";
    default:
      return "fp32";
  }
}

MachineConfig shared_out(MachineConfig config, int64_t local_rank, int64_t sharing) {
  if (config.device == "auto" &&
      load_cuda().empty()) {  // who starts processes may show each but its own
    const int64_t visible = std::max<int64_t>(1, at::detail::getCUDAHooks().deviceCount());
    config.device = c10::str("cuda:", local_rank % visible);
  }
  if (config.threads > 0) return config;
  cpu_set_t
      allowed;  // by taskset, a batch system, a container; not by OMP_NUM_THREADS, which torchrun sets to 1
  const bool is_known = ::sched_getaffinity(0, sizeof(allowed), &allowed) == 0;
  const int64_t cores = is_known ? CPU_COUNT(&allowed) : at::get_num_threads();
  config.threads = std::max<int64_t>(1, cores / sharing);
  return config;
}

Machine set_up_machine(const MachineConfig& config, Work work) {
  keep_tensor_memory();
  Machine machine;
  machine.device = pick_device(config.device);
  machine.precision = pick_precision(config.precision, machine.device, work);
  if (config.threads > 0) at::set_num_threads(static_cast<int>(config.threads));
  machine.threads = at::get_num_threads();
  machine.launch = pick_launch(config.cuda_graph, machine, work);
  fast_kernels = config.kernels == "own";
  at::globalContext().setAllowTF32CuDNN(config.tf32 == "on");
  at::globalContext().setAllowTF32CuBLAS(config.tf32 == "on");
  const bool is_deterministic = machine.device.is_cpu() || config.deterministic;
  // warn_only: a CUDA operation without a deterministic form is allowed, the CPU has them all.
  at::globalContext().setDeterministicAlgorithms(is_deterministic, /*warn_only=*/true);
  at::globalContext().setDeterministicCuDNN(is_deterministic);
  // cuDNN tries its algorithms on each new shape; a training has few, photographs have many.
  at::globalContext().setBenchmarkCuDNN(!is_deterministic && work == Work::kTraining);
  // Fresh memory need not be filled with NaN, which is what determinism implies by default.
  at::globalContext().setDeterministicFillUninitializedMemory(false);
  return machine;
}

bool processor_has(const std::string& instructions) {
  const auto capabilities = at::cpu::get_cpu_capabilities();
  const auto found = capabilities.find(instructions);
  return found != capabilities.end() && found->second.isBool() && found->second.toBool();
}

bool fast_kernels_allowed() {
  return fast_kernels;
}

std::string describe(const Machine& machine) {
  return c10::str(machine.device, ", ", name_of(machine.precision), ", ", machine.threads,
                  machine.threads == 1 ? " thread" : " threads");
}

PrecisionScope::PrecisionScope(const Machine& machine)
    : device_(machine.device.type()),
      was_enabled_(at::autocast::is_autocast_enabled(machine.device.type())) {
  if (machine.precision != Precision::kFp32) {
    const auto type = machine.precision == Precision::kBf16 ? at::kBFloat16 : at::kHalf;
    at::autocast::set_autocast_dtype(device_, type);
    at::autocast::set_autocast_enabled(device_, true);
  }
}

void PrecisionScope::forget_weights() {
  at::autocast::clear_cache();
}

PrecisionScope::~PrecisionScope() {
  forget_weights();
  at::autocast::set_autocast_enabled(device_, was_enabled_);
}

FullPrecisionScope::FullPrecisionScope()
    : was_enabled_(at::autocast::is_autocast_enabled(at::kCPU)) {
  at::autocast::set_autocast_enabled(at::kCPU, false);
}

FullPrecisionScope::~FullPrecisionScope() {
  at::autocast::set_autocast_enabled(at::kCPU, was_enabled_);
}

SingleThreadScope::SingleThreadScope() : before_(at::get_num_threads()) {
  set_threads_of_this_thread(1);
}

SingleThreadScope::~SingleThreadScope() {
  set_threads_of_this_thread(before_);
}

}  // namespace ganvas
