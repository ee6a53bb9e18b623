// Where and how the arithmetic runs: device, precision, threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ganvas/core/config.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// The knobs of the machine. They may change from one start of a run to the next.
struct MachineConfig {
  std::string device = "auto";
  std::string precision = "auto";
  int64_t threads = 0;
  std::string kernels = "own";
  std::string tf32 = "off";
  std::string cuda_graph = "auto";
  bool deterministic = false;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("device", device, "auto, cpu, cuda or cuda:N; auto takes a GPU if there is one");
    v("precision", precision,
      "arithmetic of convolutions and matrix products; fp16 is for GPUs older than bf16",
      Choices{"auto", "fp32", "bf16", "fp16"});
    v("threads", threads, "CPU threads of one operation; 0 takes one per core", Range{0, 1024});
    v("kernels", kernels,
      "own: our convolutions and norms on the CPU, where they are faster than torch's; torch: "
      "never, "
      "for a relative error of 1e-6 instead of 1e-5 in 3x3 convolutions",
      Choices{"own", "torch"});
    v("tf32", tf32, "on lets a GPU's fp32 convolutions and products round their factors to 10 bits",
      Choices{"on", "off"});
    v("cuda-graph", cuda_graph,
      "auto lets a GPU launch a training step as one captured graph, for methods whose steps "
      "repeat "
      "(not in fp16); off launches operation by operation",
      Choices{"auto", "off"});
    v("deterministic", deterministic,
      "let a GPU take algorithms that give the same bits each time, which are slower; a "
      "processor's "
      "always do");
  }
};

enum class Precision { kFp32, kBf16, kFp16 };

/// How a training step reaches the device: one operation after the other, or captured as a graph and
/// replayed.
enum class Launch { kOperations, kGraph };

/// Where and how the arithmetic of this process runs.
struct Machine {
  at::Device device = at::kCPU;
  Precision precision = Precision::kFp32;
  int64_t threads = 1;
  Launch launch = Launch::kOperations;
};

/// What the machine is set up for.
enum class Work { kTraining, kInference };

/// What --device auto and --threads 0 are for one of several processes of a machine: a GPU each, and its share of the
/// cores.
///   sharing: processes that share the cores that this one may use
MachineConfig shared_out(MachineConfig config, int64_t local_rank, int64_t sharing);

/// Picks what `config` asks for and sets torch's threads and determinism accordingly: on the CPU
/// equal inputs give equal bits for a fixed number of threads.
///
/// Precision auto trains in bf16 on GPUs and on processors with AMX or AVX512-BF16 (measured: a
/// pix2pix step takes 0.6 of the time), in fp32 elsewhere, where bf16 is up to 400 times slower.
/// Inference is in fp32: the eight bits of a bf16 mantissa would show in an eight-bit image.
///
/// Throws UsageError on a device that is unknown or absent, and on fp16 without a GPU.
Machine set_up_machine(const MachineConfig& config, Work work);

/// True if the CPU has this instruction set, named as torch does: "amx_bf16", "avx512_bf16".
bool processor_has(const std::string& instructions);

/// False once this process was set up with --kernels torch: then all arithmetic is torch's.
bool fast_kernels_allowed();

/// "fp32", "bf16", "fp16".
const char* name_of(Precision precision);

/// One line for people: "cpu, fp32, 2 threads".
std::string describe(const Machine& machine);

/// Convolutions and matrix products inside the scope run in this precision (torch's autocast);
/// parameters, normalisation and losses stay fp32.
class PrecisionScope {
 public:
  explicit PrecisionScope(const Machine& machine);
  ~PrecisionScope();
  /// Drops the bf16 copies of weights that the scope keeps: needed after the weights move.
  static void forget_weights();

  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  at::DeviceType device_;
  bool was_enabled_;
};

/// Inside the scope operations on the CPU are in full precision, whatever the scope around it says: what measures look
/// through gives the same numbers in all of them.
class FullPrecisionScope {
 public:
  FullPrecisionScope();
  ~FullPrecisionScope();
  FullPrecisionScope(const FullPrecisionScope&) = delete;
  FullPrecisionScope& operator=(const FullPrecisionScope&) = delete;

 private:
  bool was_enabled_;
};

/// Inside the scope operations that this thread begins run on it alone: tensors of a few thousand numbers take longer to
/// be shared out than to be computed.
class SingleThreadScope {
 public:
  SingleThreadScope();
  ~SingleThreadScope();
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;

 private:
  int before_;
};

}  // namespace ganvas
