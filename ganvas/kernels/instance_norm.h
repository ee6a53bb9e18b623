// Instance normalisation of maps whose channels lie together, with what follows it, in one pass
// each way. Ulyanov et al., 2016 (arXiv:1607.08022).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/core/tensor.h"

namespace ganvas::kernels {

/// What follows the normalisation: max(0, z) + slope * min(0, z).
struct After {
  double slope;

  static const After kNothing, kRelu;
};
inline const After After::kNothing{1}, After::kRelu{0};

/// The map with its channels together in memory if that is how the kernels take it (fp32 or bf16 on
/// the CPU, unless they are off), else the map as it is. With gradients.
Tensor arranged_for_kernels(const Tensor& x);

/// True if fused_instance_norm() can take this map: fp32 or bf16 on the CPU, channels last in memory and in
/// multiples of 16.
bool norm_can_be_fused(const Tensor& x);

/// (x - mean) / sqrt(variance + 1e-5) over each map, times `weight` plus `bias` if there are any,
/// then what is to follow, then plus `added` if there is one. With gradients, of first order only.
/// Statistics and arithmetic are in fp32, for maps in bf16 too.
///
///   x, added      [N, C, H, W];  added may be undefined
///   weight, bias  [C] or both undefined
///   returns       [N, C, H, W], channels last in memory
///
/// Throws Error on maps of one pixel, and on gradients of gradients.
Tensor fused_instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, After after,
                           const Tensor& added);

/// The same of any map, by the fastest of this, a GPU's and torch's. Maps have more than one pixel.
Tensor instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, After after,
                     const Tensor& added);

/// after(z) + added, or without added if it is undefined.
Tensor followed(const Tensor& z, After after, const Tensor& added);

/// The mean and the spread of each channel of a map [1, C, H, W] that comes in parts, joined as by
/// Chan et al., 1979.
class Moments {
 public:
  /// part: [1, C, h, W] fp32 or bf16, channels last in memory, C a multiple of 16
  void add(const Tensor& part);

  /// The means of `count` more pixels of each of `channels`, and the sums of the squares of their
  /// differences from them.
  template <typename Number>
  void join(const Number* means, const Number* squares, int64_t channels, double count);

  int64_t channels() const { return static_cast<int64_t>(mean_.size()); }

  /// Writes the mean and 1 / sqrt(variance + 1e-5) of each channel.
  void write(float* mean, float* rate) const;

 private:
  std::vector<double> mean_, square_;
  double count_ = 0;
};

/// What fused_instance_norm() makes of a part of a map, given the moments of the whole. No gradients.
Tensor normalised_by(const Moments& moments, const Tensor& part, const Tensor& weight,
                     const Tensor& bias, After after, const Tensor& added);

}  // namespace ganvas::kernels
