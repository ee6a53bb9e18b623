// Checkpoints: a method's tensors, the state of its training, and the config that made them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/methods/method.h"
#include "ganvas/store/safetensors.h"

namespace ganvas {

/// What a checkpoint says of itself: enough to build its method again.
struct CheckpointInfo {
  std::string method;
  std::string version;  // of the ganvas that wrote it
  int64_t step = 0;
  Settings settings;  // every knob of the run
  ImageSpec image_spec() const;
};

/// A checkpoint that was opened and found to be ours. Its tensors are read when asked for.
struct Checkpoint {
  SafetensorsFile file;
  CheckpointInfo info;
};

/// True for a file that ganvas wrote, whole or not; false for weights of other programs.
///   Throws Error naming what the file is, where it holds no weights at all.
bool is_checkpoint(const std::filesystem::path& path);

/// Throws Error if the file is damaged or was not written by ganvas.
Checkpoint open_checkpoint(const std::filesystem::path& path);

/// Writes `tensors` (weights, and state where training is to go on) with what `info` says.
void write_checkpoint(const std::filesystem::path& path, const CheckpointInfo& info,
                      const NamedTensors& tensors);

/// Copies the file's tensors of the same names, each with `prefix` in front, into `targets`.
/// All are checked before any is changed. Throws Error if one is missing or of another shape.
void load_tensors(const SafetensorsFile& file, const NamedTensors& targets,
                  const std::string& prefix = "");

/// The file that a --model argument means: the file itself, the newest checkpoint of a run's folder, or one of the
/// user's models by its name (store/known_models.h).
/// Throws Error if there is none.
std::filesystem::path find_checkpoint(const std::filesystem::path& run_or_file);

/// Builds the checkpoint's method with its weights, the averaged ones (EMA) where it has them.
std::unique_ptr<Method> load_method(const Checkpoint& checkpoint);

/// Copies into each network of the method that the checkpoint has by the same name, with all its
/// tensors of the same shapes, what it holds; the averaged weights (EMA) where it has them.
///   returns: the names of these networks. Throws Error if there is none.
std::vector<std::string> load_networks(const Checkpoint& checkpoint, const Method& method);

/// The checkpoints of a run that training can go on from, oldest first.
std::vector<std::filesystem::path> list_checkpoints(const std::filesystem::path& run);

/// "checkpoints/step-00000400.safetensors" in the run's folder.
std::filesystem::path checkpoint_path(const std::filesystem::path& run, int64_t step);

}  // namespace ganvas
