// Convolutions 3x3 and 4x4 of stride 1 on the CPU by Winograd's F(4x4, 3x3) and F(3x3, 4x4): a
// quarter of the multiplications. Lavin and Gray, CVPR 2016 (arXiv:1509.09308).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/kernels/window.h"

namespace ganvas::kernels {

/// The filters of one convolution as they were transformed last: kept while no gradients are asked
/// for, so that the next image finds them. Threads may share one.
class KeptFilters {
 public:
  KeptFilters();
  ~KeptFilters();

 private:
  friend Tensor winograd_conv(const Tensor&, const Tensor&, const Tensor&, int64_t, Edge,
                              KeptFilters&);
  friend Tensor winograd_conv_of_joined(const std::vector<Tensor>&, const Tensor&, const Tensor&,
                                        int64_t, const Tensor&, KeptFilters&);
  struct Kept;
  std::unique_ptr<Kept> kept_;
};

/// True if winograd_conv() can do this convolution and a measured rule says that it wins: fp32 on
/// the CPU, no autocast, channels in multiples of 16, and enough of them and of pixels.
bool winograd_wins(const Tensor& x, const Tensor& weight);

/// The convolution of x with filters of 3 x 3 or 4 x 4, with gradients, in fp32. Relative errors are about 1e-5,
/// ten times those of a direct convolution. Deterministic for a fixed number of threads.
///
///   x       [N, C, H, W];  C and K multiples of 16
///   weight  [K, C, k, k], k 3 or 4
///   bias    [K] or undefined
///   padding less than k; of mirrored pixels 1, and only for k = 3
///   kept    of this weight and no other
///   returns [N, K, H + 2 padding - k + 1, W + 2 padding - k + 1]; channels last in memory
///
/// Throws Error on other shapes, and on sides that leave no output or nothing to reflect.
Tensor winograd_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding,
                     Edge edge, KeptFilters& kept);

/// The same of maps that are joined along their channels, without gradients: nobody copies them into one.
///
///   maps    [N, C_i, H, W] each, C_i multiples of 16 that sum up to C
///   slopes  [K], of what is negative afterwards, or undefined
Tensor winograd_conv_of_joined(const std::vector<Tensor>& maps, const Tensor& weight,
                               const Tensor& bias, int64_t padding, const Tensor& slopes,
                               KeptFilters& kept);

}  // namespace ganvas::kernels
