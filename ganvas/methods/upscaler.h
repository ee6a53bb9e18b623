// The knobs of a network that enlarges images, and what they make.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/nn/network.h"

namespace ganvas {

enum class UpscalerKind { kSrResNet, kCompact };

struct UpscalerConfig {
  UpscalerKind upscaler = UpscalerKind::kSrResNet;
  int64_t width = 64;
  int64_t blocks = 16;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("upscaler", upscaler,
      "network: SRResNet, as in the paper, or a compact one that is several times faster",
      Choices{"srresnet", "compact"});
    v("width", width, "channels of the upscaler's layers", Range{1, 512});
    v("blocks", blocks, "residual blocks of the upscaler", Range{1, 256});
  }
};

/// A network that enlarges. A handle, like Network.
class Upscaler {
 public:
  /// Throws UsageError on a scale that there is no network for.
  Upscaler(const UpscalerConfig& config, const ImageSpec& spec);

  const Network& network() const { return network_; }

  /// The pixels of the input around a pixel that its enlargement depends on.
  int64_t reach() const { return reach_; }

  /// The pass that training differentiates.
  ///
  ///   a: [N, C, H, W] in [-1, 1];  returns [N, C, s H, s W], which may overshoot [-1, 1]
  Tensor forward(const Tensor& a) const;

  /// forward() with running statistics, clamped to [-1, 1]; updates nothing.
  Tensor translate(const Tensor& a) const;

 private:
  Tensor input_of(const Tensor& a) const;

  Network network_;
  int64_t reach_;
  bool is_compact_;
};

}  // namespace ganvas
