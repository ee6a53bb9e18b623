// The arithmetic of normalisation on rows of channels, compiled for several instruction sets.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/private/norm_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ganvas/kernels/norm_rows.cpp"
#include "ganvas/kernels/private/simd_targets.h"
// Once for each of them.
#include "ganvas/kernels/private/numbers-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ganvas::kernels {
namespace HWY_NAMESPACE {
namespace {

template <typename T>
void moments(const T* x, const Rows& rows, float* mean, float* squares) {
  const auto share = hn::Set(Tag(), 1.0F / static_cast<float>(rows.rows));
  for (int64_t c = 0; c < rows.channels; c += kLanes) {
    auto sum = hn::Zero(Tag()), square = hn::Zero(Tag());
    for (int64_t r = 0; r < rows.rows; ++r) sum = sum + load(x + r * rows.channels + c);
    const auto middle = sum * share;
    for (int64_t r = 0; r < rows.rows; ++r) {
      const auto difference = load(x + r * rows.channels + c) - middle;
      square = hn::MulAdd(difference, difference, square);
    }
    store(middle, mean + c);
    store(square, squares + c);
  }
}

template <typename T>
void apply(const T* x, const Rows& rows, const Channels& channels, const T* added, T* y) {
  const auto slope = hn::Set(Tag(), channels.slope), zero = hn::Zero(Tag());
  for (int64_t r = 0; r < rows.rows; ++r) {
    for (int64_t c = 0; c < rows.channels; c += kLanes) {
      const int64_t i = r * rows.channels + c;
      auto z = hn::MulAdd(load(x + i), load(channels.scale + c), load(channels.shift + c));
      z = hn::MulAdd(slope, hn::Min(z, zero), hn::Max(z, zero));
      store(added != nullptr ? z + load(added + i) : z, y + i);
    }
  }
}

/// dz: dy where z is positive, else dy times the slope.
HWY_INLINE Vector passed(Vector dy, Vector x, const Channels& channels, int64_t c) {
  if (channels.slope == 1) return dy;
  const auto z = hn::MulAdd(x, load(channels.scale + c), load(channels.shift + c));
  return hn::IfThenElse(z > hn::Zero(Tag()), dy, hn::Set(Tag(), channels.slope) * dy);
}

template <typename T>
void gradient_sums(const T* dy, const T* x, const Rows& rows, const Channels& channels, float* sum,
                   float* product) {
  for (int64_t c = 0; c < rows.channels; c += kLanes) {
    auto sums = hn::Zero(Tag()), products = hn::Zero(Tag());
    const auto mean = load(channels.mean + c), rate = load(channels.rate + c);
    for (int64_t r = 0; r < rows.rows; ++r) {
      const auto here = load(x + r * rows.channels + c);
      const auto dz = passed(load(dy + r * rows.channels + c), here, channels, c);
      sums = sums + dz;
      products = hn::MulAdd(dz, (here - mean) * rate, products);
    }
    store(sums, sum + c);
    store(products, product + c);
  }
}

template <typename T>
void gradient(const T* dy, const T* x, const Rows& rows, const Channels& channels,
              const GradientMeans& means, T* dx) {
  for (int64_t r = 0; r < rows.rows; ++r) {
    for (int64_t c = 0; c < rows.channels; c += kLanes) {
      const int64_t i = r * rows.channels + c;
      const auto here = load(x + i);
      const auto dz = passed(load(dy + i), here, channels, c);
      const auto normal = (here - load(channels.mean + c)) * load(channels.rate + c);
      const auto rest = hn::NegMulAdd(normal, load(means.product + c), dz - load(means.dz + c));
      store(rest * load(channels.scale + c), dx + i);
    }
  }
}

}  // namespace

NormSets make_norm_sets() {
  return {{moments<float>, apply<float>, gradient_sums<float>, gradient<float>},
          {moments<Bf16>, apply<Bf16>, gradient_sums<Bf16>, gradient<Bf16>}};
}

}  // namespace HWY_NAMESPACE
}  // namespace ganvas::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ganvas::kernels {

HWY_EXPORT(make_norm_sets);

template <>
NormSet<float> norm_set() {
  return HWY_DYNAMIC_DISPATCH(make_norm_sets)().fp32;
}

template <>
NormSet<Bf16> norm_set() {
  return HWY_DYNAMIC_DISPATCH(make_norm_sets)().bf16;
}

}  // namespace ganvas::kernels
#endif
