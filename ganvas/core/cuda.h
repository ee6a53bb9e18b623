// libtorch's CUDA half, which is there on some machines and not on others.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ganvas {

/// Loads libtorch_cuda.so from where libtorch_cpu.so lies, the first time, if the machine has an
/// NVIDIA driver. So one program serves both builds of libtorch, and a machine without a GPU needs
/// nothing of NVIDIA's. Takes a second or two where it succeeds.
///
/// Call it before anything asks torch about CUDA: torch remembers the first answer.
///
///   returns: empty if torch can now compute on a GPU, else why it cannot
const std::string& load_cuda();

}  // namespace ganvas
