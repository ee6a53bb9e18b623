// The arithmetic of normalisation on rows of channels, in as many forms as there are instruction
// sets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ganvas/kernels/private/bf16.h"

namespace ganvas::kernels {

/// Some pixels of a map: `rows` of `channels` numbers each, a multiple of 16.
struct Rows {
  int64_t rows, channels;
};

/// What a normalisation does to each channel: z = scale x + shift, and x^ = (x - mean) rate.
struct Channels {
  const float *scale, *shift, *mean, *rate;
  float slope;  // of what comes after, below 0
};

/// Of each channel, what gradient_sums() sums.
struct GradientMeans {
  const float *dz, *product;
};

/// The functions of one instruction set on numbers of type T, computed in fp32. Sums are over the
/// rows, for each channel.
template <typename T>
struct NormSet {
  /// The mean of each channel, and the sum of the squares of its differences from it.
  void (*moments)(const T* x, const Rows& rows, float* mean, float* squares);

  /// y = after(z) + added, or without added if that is null.
  void (*apply)(const T* x, const Rows& rows, const Channels& channels, const T* added, T* y);

  /// The sums of dz and of dz x^, where dz is dy as far as it passes what comes after.
  void (*gradient_sums)(const T* dy, const T* x, const Rows& rows, const Channels& channels,
                        float* sum, float* product);

  /// dx = scale (dz - means.dz - x^ means.product)
  void (*gradient)(const T* dy, const T* x, const Rows& rows, const Channels& channels,
                   const GradientMeans& means, T* dx);
};

struct NormSets {
  NormSet<float> fp32;
  NormSet<Bf16> bf16;
};

/// The best set of this processor, or of what limit_instructions() leaves.
template <typename T>
NormSet<T> norm_set();

}  // namespace ganvas::kernels
