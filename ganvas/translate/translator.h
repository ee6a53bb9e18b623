// A trained model at work: a picture in, a picture out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ganvas/core/device.h"
#include "ganvas/image/image.h"
#include "ganvas/store/checkpoint.h"

namespace ganvas {

/// A method with its weights, ready to translate. Owns the networks; for one thread at a time.
class Translator {
 public:
  /// model: a run's folder or a checkpoint. Throws Error if it is neither, or was damaged.
  Translator(const std::filesystem::path& model, const Machine& machine);

  const CheckpointInfo& info() const { return info_; }

  /// The text of one of the run's knobs, empty if the run has none of this name.
  std::string knob(const std::string& name) const;

  /// Translates a tensor of any size: padded to what the networks need, and cropped back.
  ///
  ///   a: [C_a, H, W] float in [-1, 1];  returns [C_b, H, W] on the CPU
  ///   Draws its noise from `seed`, so that equal calls give equal pictures.
  Tensor operator()(const Tensor& a, uint64_t seed = 0) const;

  /// Translates a picture. Size, bits, alpha and metadata stay; grey stays grey.
  ///
  ///   size:  the network sees the picture at size x size pixels; 0 is the picture's own size
  ///   Throws Error if the model needs more than the picture's colours.
  Image operator()(const Image& image, int64_t size, uint64_t seed) const;

 private:
  CheckpointInfo info_;
  Machine machine_;
  std::unique_ptr<Method> method_;
};

/// The left or the right half of a side-by-side picture, without metadata.
enum class Half { kLeft, kRight };
Image half_of(const Image& image, Half half);

}  // namespace ganvas
