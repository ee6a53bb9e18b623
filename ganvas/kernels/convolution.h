// The convolution of a layer, by whichever kernel wins for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/tile_conv.h"
#include "ganvas/kernels/window.h"
#include "ganvas/kernels/winograd.h"

namespace ganvas::kernels {

/// Pads a map [N, C, H, W] with zeros so that a convolution keeps H / stride and W / stride, rounded
/// up: TensorFlow's SAME, which pads more at the right and at the bottom where it must be uneven.
Tensor pad_same(const Tensor& map, int64_t kernel, int64_t stride);

/// Mirrors `padding` pixels around a map, without its rim.
Tensor pad_by_reflection(const Tensor& map, int64_t padding);

/// The padding of a convolution that keeps H / stride exactly, uneven where it must be: TensorFlow's SAME.
inline constexpr int64_t kSame = -1;

/// A convolution to be computed.
///
///   x        [N, C, H, W]
///   weight   [K, C, k, k], of the window's kernel; transposed [C, K, k, k]
///   bias     [K] or undefined
///   window   its padding may be kSame
struct Convolution {
  const Tensor &x, &weight, &bias;
  Window window;
  ConvWay way = ConvWay::kPlain;
};

/// What kernels keep of a layer's weight from use to use. Of one weight and no other.
struct FilterCache {
  KeptFilters winograd;
  KeptTileFilters tiles;
};

/// A way to compute convolutions.
struct ConvKernel {
  const char* name;

  /// True if it can do this one, and a measured rule says that it is the fastest.
  bool (*wins)(const Convolution& convolution);
  Tensor (*run)(const Convolution& convolution, FilterCache& cache);
};

/// Every kernel, in the order in which they are asked; the last, torch's, takes all.
const std::vector<ConvKernel>& conv_kernels();

/// The convolution, or the adjoint of one, with gradients, by the first kernel that wins.
///   returns  [N, K, places, places]; transposed, [N, K, pixels, pixels]
Tensor conv2d(const Convolution& convolution, FilterCache& cache);

/// The convolution of maps that are joined along their channels, and then, where slopes [K] are defined, what is
/// negative times the slope of its channel. Without gradients.
///
///   convolution.x: the first map; plain, of zero padding
Tensor conv2d_of_joined(const std::vector<Tensor>& maps, const Convolution& convolution,
                        const Tensor& slopes, FilterCache& cache);

/// Called with each convolution of this process and the kernel that computes it, while it lives. One at a
/// time.
class KernelTrace {
 public:
  using Listener = std::function<void(const Convolution& convolution, const char* kernel)>;
  explicit KernelTrace(Listener listener);
  ~KernelTrace();
  KernelTrace(const KernelTrace&) = delete;
  KernelTrace& operator=(const KernelTrace&) = delete;
};

}  // namespace ganvas::kernels
