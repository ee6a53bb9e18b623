// Weights from any file that people have: one door for every format.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "ganvas/core/tensor.h"
#include "ganvas/store/safetensors.h"

namespace ganvas {

/// What a file of weights is, by its first bytes; never by its name.
enum class WeightsFormat { kSafetensors, kTorch, kNcnn, kTfjs, kDeeplearnjs };

/// "safetensors", "torch.save()", "ncnn", "TensorFlow.js", "deeplearn.js".
std::string name_of(WeightsFormat format);

/// Throws Error naming what the file is, where it holds no weights that are read here: a pointer of Git LFS, a
/// page of the web, an archive, ONNX, TorchScript, what was cut off.
WeightsFormat weights_format(const std::filesystem::path& path);

/// Named tensors of a file, without what programs put around them.
struct Weights {
  WeightsFormat format;
  std::map<std::string, Tensor> tensors;
  std::string wrapper = {};              // "params_ema", "module": what was in front of all names
  std::vector<std::string> others = {};  // other networks of the file: "netG_B", "netD"
  Metadata metadata = {};                // of safetensors
};

/// Reads all tensors of a file under the names that they have there.
///   Throws Error naming the file, of ncnn too, which names none (store/ncnn.h)
Weights read_tensors(const std::filesystem::path& path);

/// Reads the tensors of a network without what stands in front of their names. Of a training's state the network is
/// taken, the averaged weights where there are any.
///   part: which network of several is wanted, as they are called in the file; "" takes the likeliest
///   Throws Error naming the file, or the networks that there are.
Weights read_weights(const std::filesystem::path& path, const std::string& part = "");

/// What stands in front of all names of a network, and what else stood there.
struct Wrapper {
  std::string name = {};  // "params_ema.module", "" if nothing
  std::vector<std::string> others = {};
};

/// Takes off what stands in front of all names of a network: "state_dict.", "params_ema.", "module.", "netG.".
///   part: what is wanted of several;  Throws Error naming those that there are, if it is none
Wrapper take_off_wrapper(std::map<std::string, Tensor>& tensors, const std::string& part = "");

}  // namespace ganvas
