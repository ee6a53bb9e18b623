// What an adversary may invent: fine detail alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ATen/ops/avg_pool2d.h>

#include "ganvas/core/config.h"
#include "ganvas/core/error.h"
#include "ganvas/core/tensor.h"

namespace ganvas {

/// Images in two parts, what a blur leaves and what it takes: Fritsche, Gu and Timofte, "Frequency
/// Separation for Real-World Super-Resolution", ICCVW 2019 (arXiv:1911.07850), section 3.2. A regression of
/// the one and an adversary of the other do not pull at the same frequencies, so that detail costs less
/// fidelity. Without separation both parts are the whole.
struct FrequencySeparation {
  int64_t separation = 0;  // side of the blur, pixels

  template <typename Visitor>
  void visit(Visitor& v) {
    v("separation", separation,
      "frequency separation: side of a blur, odd; L1 compares what the blur leaves, the "
      "discriminator judges what it takes; 0 is none",
      Range{0, 63});
  }

  void require_odd() const {
    require_usage(separation == 0 || separation % 2 == 1, "--separation: got ", separation,
                  ", expected an odd side, so that the blur stays in its place");
  }

  /// images: [N, C, H, W];  returns the same shape
  Tensor coarse(const Tensor& images) const { return separation == 0 ? images : blurred(images); }
  Tensor fine(const Tensor& images) const {
    return separation == 0 ? images : images - blurred(images);
  }

 private:
  Tensor blurred(const Tensor& images) const {
    const std::vector<int64_t> side(2, separation), one(2, 1), rim(2, separation / 2);
    return at::avg_pool2d(images, side, one, rim, /*ceil_mode=*/false,
                          /*count_include_pad=*/false);
  }
};

}  // namespace ganvas
