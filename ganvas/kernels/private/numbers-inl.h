// Vectors of fp32 numbers from memory and back, where memory may hold bf16. Included by the files
// that are compiled for several instruction sets, once for each.
// SPDX-License-Identifier: Apache-2.0

#if defined(GANVAS_KERNELS_NUMBERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GANVAS_KERNELS_NUMBERS_INL_H_
#undef GANVAS_KERNELS_NUMBERS_INL_H_
#else
#define GANVAS_KERNELS_NUMBERS_INL_H_
#endif

#include <c10/util/BFloat16.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ganvas::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;

constexpr int64_t kLanes = HWY_LANES(float);

HWY_INLINE Vector load(const float* from) {
  return hn::LoadU(Tag(), from);
}
HWY_INLINE void store(Vector value, float* to) {
  hn::StoreU(value, Tag(), to);
}

// A bf16 number is the upper half of an fp32 one.
using HalfTag = hn::Rebind<uint16_t, Tag>;
using BitsTag = hn::RebindToUnsigned<Tag>;

HWY_INLINE Vector load(const c10::BFloat16* from) {
  const auto halves = hn::LoadU(HalfTag(), reinterpret_cast<const uint16_t*>(from));
  return hn::BitCast(Tag(), hn::ShiftLeft<16>(hn::PromoteTo(BitsTag(), halves)));
}
/// Rounds to the nearest, ties to even, as torch does.
HWY_INLINE void store(Vector value, c10::BFloat16* to) {
  const auto bits = hn::BitCast(BitsTag(), value);
  const auto last = hn::And(hn::ShiftRight<16>(bits), hn::Set(BitsTag(), 1));
  const auto rounded = hn::ShiftRight<16>(bits + last + hn::Set(BitsTag(), 0x7fff));
  const auto whole = hn::BitCast(hn::RebindToSigned<Tag>(), rounded);
  hn::StoreU(hn::DemoteTo(HalfTag(), whole), HalfTag(), reinterpret_cast<uint16_t*>(to));
}

}  // namespace HWY_NAMESPACE
}  // namespace ganvas::kernels
HWY_AFTER_NAMESPACE();

#endif
