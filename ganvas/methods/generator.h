// The knobs of a translating generator, and what they make.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/methods/upsampling.h"
#include "ganvas/nn/network.h"

namespace ganvas {

/// What the output of a generator is added to.
enum class Base { kNone, kInput, kMasked };

/// Whether translating takes batch statistics and dropout, as the paper does, or running statistics.
enum class Inference { kPaper, kRunning };

/// The knobs of a generator that maps images to images of the same size.
struct GeneratorConfig {
  std::string generator = "auto";
  int64_t width = 64;
  NormKind norm = NormKind::kBatch;
  Dropout dropout = Dropout::kPaper;
  UpsamplingConfig upsampling = {};  // of a ResNet
  Base base = Base::kNone;
  Inference inference = Inference::kPaper;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("generator", generator,
      "network; auto takes the deepest U-Net that --size admits, resnet 9 blocks, or 6 up to 128 "
      "pixels; cells9 works on cells of 8 pixels and has no norm: for mosaics of such cells",
      Choices{"auto", "unet64", "unet128", "unet256", "resnet", "resnet6", "resnet9", "cells9"});
    v("width", width, "channels of the generator's first layer", Range{1, 512});
    v("norm", norm, "normalisation in all networks", Choices{"batch", "instance", "none"});
    v("dropout", dropout, "the generator's noise: as in the paper, as in its PyTorch port, or none",
      Choices{"none", "paper", "torch"});
    upsampling.visit(v);
    v("base", base,
      "what the generator's output is added to: nothing, the input, or the input inside the mask, "
      "which is its last channel",
      Choices{"none", "input", "masked"});
    v("inference", inference,
      "translate with batch statistics and dropout (the paper) or running statistics without",
      Choices{"paper", "running"});
  }
};

/// A network with its base and its way of inference. A handle, like Network.
class Generator {
 public:
  Generator(const GeneratorConfig& config, const ImageSpec& spec);

  const Network& network() const { return network_; }
  int64_t size_multiple() const { return size_multiple_; }

  /// The pass that training differentiates.
  ///
  ///   a: [N, C_a, H, W] in [-1, 1];  returns [N, C_b, H, W], in [-1, 1] without base; with a base
  ///   the sum of a's first C_b channels and the network's output, which may overshoot
  Tensor forward(const Tensor& a) const;

  /// forward() of each of several batches: in one call where images do not meet in the network
  /// (no batch norm, and no dropout, whose draws would differ), so that its weights are read and
  /// their gradients summed once.
  std::vector<Tensor> forward_each(const std::vector<Tensor>& batches) const;

  /// forward() as the method's inference asks for, clamped to [-1, 1]; updates nothing.
  Tensor translate(const Tensor& a) const;

 private:
  Network network_;
  int64_t size_multiple_, channels_out_;
  Base base_;
  Mode inference_;
  bool mixes_batch_;
};

}  // namespace ganvas
