// A trained model at work: an image in, an image out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ganvas/core/device.h"
#include "ganvas/image/image.h"
#include "ganvas/image/provenance.h"
#include "ganvas/store/checkpoint.h"

namespace ganvas {

/// How an image is translated.
struct Translation {
  Direction direction = Direction::kAtoB;  // of the training
  int64_t size = 0;   // the network sees images of this side; 0: their own, or what it must be
  uint64_t seed = 0;  // of the noise: equal calls give equal images
};

/// A method with its weights, at work. Owns the networks, unless it is a view; for one thread at a time.
class Model {
 public:
  /// model: a run's folder, a checkpoint, or weights of another program (families/family.h). Throws Error if it
  /// is none, or was damaged.
  Model(const std::filesystem::path& model, const Machine& machine);

  Model(Model&&) = default;
  Model& operator=(Model&&) = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  /// A method that someone else owns, in training perhaps; the view must not outlive it.
  static Model view(Method& method, const CheckpointInfo& info, const Machine& machine);

  const CheckpointInfo& info() const { return info_; }

  /// The text of one of the run's knobs, empty if the run has none of this name.
  std::string knob(const std::string& name) const;

  /// The method, for what it can do besides translating.
  Method& method() const { return *method_; }
  const Machine& machine() const { return machine_; }

  /// Moves this model's networks towards those of equal names of another, to (1 - share) of its own weights
  /// and `share` of the other's: between a faithful and a vivid one lies a scale of detail; Wang et al.,
  /// ECCVW 2018 (arXiv:1809.00219), section 3.4.
  ///   share: 0 to 1. Throws Error if they have no network of equal layers.
  void move_towards(const Model& other, double share);

  /// What an image that this model had a hand in says of it.
  ///   command: "restore";  given: the settings that were given
  Provenance provenance(const std::string& command, const Settings& given) const;

  /// Throws UsageError if the method cannot translate like that.
  void check(const Translation& how) const;

  /// Translates a tensor of any size as it is: how.size is not applied.
  ///
  ///   image: [C, H, W] float in [-1, 1];  returns [C', H, W] on the CPU
  ///   Throws UsageError if the method does not translate that way.
  Tensor operator()(const Tensor& pixels, const Translation& how = {}) const;

  /// Translates an image. Size, bits, alpha and metadata stay; grey stays grey.
  ///   Throws Error if the model needs more than the image's colours.
  Image operator()(const Image& image, const Translation& how = {}) const;

 private:
  Model() = default;

  std::filesystem::path path_;
  CheckpointInfo info_;
  Machine machine_;
  std::shared_ptr<Method> method_;
};

/// The left or the right half of a side-by-side image, without metadata.
enum class Half { kLeft, kRight };
Image half_of(const Image& image, Half half);

}  // namespace ganvas
