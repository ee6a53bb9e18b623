// Convolutions in bf16 on the CPU, on processors that multiply pairs of such numbers (AMX, AVX512-BF16).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

struct TileFilters;

/// The filters of one convolution in the order of its products, both ways: kept until the weight
/// changes. Threads may share one.
class KeptTileFilters {
 public:
  KeptTileFilters();

 private:
  friend Tensor tile_conv(const Tensor&, const Tensor&, const Tensor&, const Window&, ConvWay,
                          const KeptTileFilters&);
  friend Tensor tile_conv_of_joined(const std::vector<Tensor>&, const Tensor&, const Tensor&,
                                    const Window&, const Tensor&, const KeptTileFilters&);
  std::shared_ptr<TileFilters> kept_;
};

/// True if tile_conv() can do this convolution and a measured rule says that it wins: under autocast in
/// bf16 on such a processor, channels in multiples of 32, and enough outputs.
bool tile_conv_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way);

/// The convolution of what x and the weight are in bf16, summed in fp32, with gradients; that of the
/// weight is in fp32. The same for every number of threads.
///
///   x        [N, C, H, W], fp32 or bf16
///   weight   [K, C, k, k], fp32, of the window's kernel; transposed [C, K, k, k];  C and K multiples
///            of 32
///   bias     [K] or undefined
///   kept     of this weight and no other
///   returns  [N, K, places, places], transposed [N, K, pixels, pixels]; bf16, channels last in memory
///
/// Throws Error on other shapes, on mirrored borders wider than the map, or of transposed convolutions.
Tensor tile_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way, const KeptTileFilters& kept);

/// The same of maps that are joined along their channels, plain and without gradients: nobody copies them into one.
///
///   maps     [N, C_i, H, W] each, C_i multiples of 32 that sum up to C
///   slopes   [K], of what is negative afterwards, or undefined
Tensor tile_conv_of_joined(const std::vector<Tensor>& maps, const Tensor& weight,
                           const Tensor& bias, const Window& window, const Tensor& slopes,
                           const KeptTileFilters& kept);

}  // namespace ganvas::kernels
