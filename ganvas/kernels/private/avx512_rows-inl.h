// Rows of sixteen numbers in the registers of AVX-512, for tiles of either kind on processors that have them.
// Included by tiles_*.cpp only, behind the pragma that lets them use these registers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <immintrin.h>

#include "ganvas/kernels/private/tiles.h"

namespace ganvas::kernels {
namespace {

/// What tiles need besides their products.
struct Avx512Rows {
  static void store_row(const float* low, const float* high, Bf16* to) {
    const auto numbers = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(high), _mm512_loadu_ps(low));
    _mm512_storeu_si512(to, (__m512i)numbers);
  }
  static void pair(const Bf16* above, const Bf16* below, uint32_t* to) {
    const auto* upper = reinterpret_cast<const __m256i*>(above);
    const auto* lower = reinterpret_cast<const __m256i*>(below);
    const auto low = _mm512_cvtepu16_epi32(_mm256_loadu_si256(upper));
    const auto high = _mm512_cvtepu16_epi32(_mm256_loadu_si256(lower));
    _mm512_storeu_si512(to, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
  static void turn(const uint32_t* rows, uint32_t* to);
  static void pack(const float* even, const float* odd, int64_t out_apart, int64_t taps,
                   Bf16* const* to);
};

/// Rows and columns exchanged: first within fours of fours, then these among each other.
inline void Avx512Rows::turn(const uint32_t* rows, uint32_t* to) {
  __m512i v[16], t[16];
  for (int i = 0; i < 16; ++i) v[i] = _mm512_loadu_si512(rows + 16 * i);
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    v[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    v[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    v[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    v[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  constexpr int kEven = 0x88, kOdd = 0xdd;
  for (int i = 0; i < 4; ++i) {
    const auto even = _mm512_shuffle_i32x4(v[i], v[i + 4], kEven);
    const auto odd = _mm512_shuffle_i32x4(v[i], v[i + 4], kOdd);
    const auto even_below = _mm512_shuffle_i32x4(v[i + 8], v[i + 12], kEven);
    const auto odd_below = _mm512_shuffle_i32x4(v[i + 8], v[i + 12], kOdd);
    const auto put = [&](int row, __m512i numbers) { _mm512_storeu_si512(to + 16 * row, numbers); };
    put(i, _mm512_shuffle_i32x4(even, even_below, kEven));
    put(i + 4, _mm512_shuffle_i32x4(odd, odd_below, kEven));
    put(i + 8, _mm512_shuffle_i32x4(even, even_below, kOdd));
    put(i + 12, _mm512_shuffle_i32x4(odd, odd_below, kOdd));
  }
}

/// Sixteen taps at a time: those of sixteen outputs are turned, so that each tap's outputs lie side by side.
inline void Avx512Rows::pack(const float* even, const float* odd, int64_t out_apart, int64_t taps,
                             Bf16* const* to) {
  alignas(64) float rows[kTileNumbers], turned[2][kTileNumbers];
  for (int64_t first = 0; first < taps; first += kTileSide) {
    const int64_t count = std::min(kTileSide, taps - first);
    const auto mask = static_cast<__mmask16>((1U << count) - 1);
    for (int64_t i = 0; i < 2; ++i) {
      const float* from = (i == 0 ? even : odd) + first;
      for (int64_t k = 0; k < kTileSide; ++k) {
        _mm512_store_ps(rows + k * kTileSide, _mm512_maskz_loadu_ps(mask, from + k * out_apart));
      }
      turn(reinterpret_cast<const uint32_t*>(rows), reinterpret_cast<uint32_t*>(turned[i]));
    }
    for (int64_t tap = 0; tap < count; ++tap) {
      const int64_t place = tap * kTileSide;
      const auto both =
          _mm512_cvtne2ps_pbh(_mm512_load_ps(turned[1] + place), _mm512_load_ps(turned[0] + place));
      Bf16 numbers[2 * kTileSide];
      _mm512_storeu_si512(numbers, (__m512i)both);
      pair(numbers, numbers + kTileSide, reinterpret_cast<uint32_t*>(to[first + tap]));
    }
  }
}

}  // namespace
}  // namespace ganvas::kernels
