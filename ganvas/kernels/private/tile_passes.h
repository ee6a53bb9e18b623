// What a convolution on tiles consists of: packed filters, a pass over a map either way, and the
// gradient of the filters.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/private/tiles.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

/// The outputs at rows q * stride + row and cols q * stride + col, by the taps that reach them.
struct TilePhase {
  int64_t row, col;
  std::vector<Tap> taps;
  std::vector<int64_t> numbers;  // of each tap in the weight
};

/// How a pass goes over a map: as a convolution does, or as its adjoint. The adjoint of one with a
/// stride is as many convolutions as outputs differ in their place within a stride.
struct TilePlan {
  ConvWay way;
  int64_t stride;      // of the window over the map
  int64_t out_stride;  // between outputs of one phase
  int64_t before;  // rows and columns of the map's surroundings before those of the first output
  int64_t reach;   // rows and columns under an output
  int64_t taps;    // of the filter, in all
  Edge edge;
  std::vector<TilePhase> phases;

  static TilePlan of(const Window& window, ConvWay way);

  /// Of filters of so many rows and one column, without padding and of stride 1.
  static TilePlan of_rows(int64_t rows, ConvWay way);
};

/// Filters as BandConvolution takes them, phase after phase.
struct PackedFilters {
  Tensor numbers;  // bf16
  int64_t in = 0, out = 0;
};

/// weight: [K, C, taps...], fp32, of a convolution of C channels to K, whichever way the plan goes
PackedFilters packed(const Tensor& weight, const TilePlan& plan);

/// What ends a pass, for each output [out]: a bias, and the slope of what is negative; each may be undefined.
struct PassEnd {
  Tensor bias = {}, slopes = {};
};

/// One pass over maps that are joined along their channels.
///
///   maps     [N, in_i, H, W], bf16, the channels of a pixel side by side in memory; in_i multiples of kChannelBlock
///            that sum up to the filters'
///   sides    H' and W' of the result
///   returns  [N, out, H', W'], bf16, channels last in memory
Tensor pass(const std::vector<Tensor>& maps, const PackedFilters& filters, const PassEnd& end,
            const TilePlan& plan, at::IntArrayRef sides);

/// The gradient of a weight [K, C, taps], fp32.
///
///   plan      of a plain convolution
///   map       [N, C, H, W], what it goes over, bf16, the channels of a pixel side by side in memory
///   gradient  [N, K, places, places], the same
Tensor filter_gradient(const Tensor& map, const Tensor& gradient, const TilePlan& plan);

}  // namespace ganvas::kernels
