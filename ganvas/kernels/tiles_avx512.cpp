// Tiles on processors whose registers of sixteen numbers multiply pairs of bf16 (AVX512-BF16; AMD since 2022): a tile of
// sums would fill them all, so that strips of fewer positions are computed together.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "ganvas/kernels/private/tiles.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)  // clang knows no such pragma
#include <immintrin.h>

// gcc 12 sees uninitialized memory in its own intrinsics (its bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
// Behind the other headers: what they define inline must run on every processor.
#pragma GCC target("avx512f,avx512bw,avx512bf16")
#include "ganvas/kernels/private/avx512_rows-inl.h"
#include "ganvas/kernels/private/tile_loops-inl.h"

namespace ganvas::kernels {
namespace {

// Positions of a strip: with two registers of sums each, two of filters and one of pixels they fill most of the 32.
constexpr int64_t kStrip = 12;
// Numbers of a tap's filters to 16 outputs.
constexpr int64_t kHalf = kChannelBlock * kTileSide;

/// A pair of bf16 numbers, in all places of a register.
inline __m512bh everywhere(const void* pair) {
  int32_t bits;
  std::memcpy(&bits, pair, sizeof(bits));
  return (__m512bh)_mm512_set1_epi32(bits);
}

inline __m512bh load(const void* pairs) {
  return (__m512bh)_mm512_loadu_si512(pairs);
}

inline __m512 with_slope(__m512 sums, __m512 slope) {
  const auto is_negative = _mm512_cmp_ps_mask(sums, _mm512_setzero_ps(), _CMP_LT_OQ);
  return _mm512_mask_mul_ps(sums, is_negative, sums, slope);
}

/// R sums of two registers each.
template <int R>
struct Sums {
  __m512 low[R], high[R];

  /// Adds products of sixteen pairs with pairs of two registers, of R rows `apart` bytes apart.
  ///   kApart: the same, or 0 where it is none of the usual
  ///   right: as BandConvolution has the filters of one tap
  template <int64_t kApart>
  void add(const char* left, int64_t apart, const Bf16* right) {
    const int64_t step = kApart > 0 ? kApart : apart;
    for (int64_t p = 0; p < kTileSide; ++p) {
      const auto first = load(right + p * kChannelBlock);
      const auto second = load(right + kHalf + p * kChannelBlock);
#pragma GCC unroll 12
      for (int r = 0; r < R; ++r) {
        const auto factor = everywhere(left + r * step + p * int64_t{sizeof(uint32_t)});
        low[r] = _mm512_dpbf16_ps(low[r], factor, first);
        high[r] = _mm512_dpbf16_ps(high[r], factor, second);
      }
    }
  }

  /// slopes: of kChannelBlock channels
  void scale_negative(const float* slopes) {
#pragma GCC unroll 12
    for (int r = 0; r < R; ++r) {
      low[r] = with_slope(low[r], _mm512_loadu_ps(slopes));
      high[r] = with_slope(high[r], _mm512_loadu_ps(slopes + kTileSide));
    }
  }
};

/// R outputs of a row, of kChannelBlock channels, from output (row, col) on.
///   kStride: the window's, or 0 where it is none of the usual
template <int R, int64_t kStride>
void convolve_strip(const BandConvolution& job, int64_t out_block, int64_t row, int64_t col) {
  constexpr int64_t kPixelBytes = kChannelBlock * sizeof(Bf16);
  const float* bias = job.bias + out_block * kChannelBlock;
  Sums<R> sums;
#pragma GCC unroll 12
  for (int r = 0; r < R; ++r) {
    sums.low[r] = _mm512_loadu_ps(bias);
    sums.high[r] = _mm512_loadu_ps(bias + kTileSide);
  }
  const Bf16* filters = job.filters + out_block * job.blocks * job.tap_count * 2 * kHalf;
  for (int64_t block = 0; block < job.blocks; ++block) {
    const Bf16* pixels = job.band.at(block, job.stride * row, job.stride * col);
    for (int64_t i = 0; i < job.tap_count; ++i) {
      const Tap tap = job.taps[i];
      const Bf16* from = pixels + (tap.row * job.band.cols + tap.col) * kChannelBlock;
      sums.template add<kStride * kPixelBytes>(reinterpret_cast<const char*>(from),
                                               job.stride * kPixelBytes, filters);
      filters += 2 * kHalf;
    }
  }
  Bf16* y = job.y + row * job.row_apart + col * job.col_apart + out_block * kChannelBlock;
  if (job.slopes != nullptr) sums.scale_negative(job.slopes + out_block * kChannelBlock);
#pragma GCC unroll 12
  for (int r = 0; r < R; ++r) {
    const auto numbers = _mm512_cvtne2ps_pbh(sums.high[r], sums.low[r]);
    _mm512_storeu_si512(y + r * job.col_apart, (__m512i)numbers);
  }
}

/// The same of up to R outputs.
template <int R, int64_t kStride>
void convolve_up_to(int64_t count, const BandConvolution& job, int64_t out_block, int64_t row,
                    int64_t col) {
  if (count == R) return convolve_strip<R, kStride>(job, out_block, row, col);
  if constexpr (R > 1) convolve_up_to<R - 1, kStride>(count, job, out_block, row, col);
}

template <int64_t kStride>
void convolve_by(const BandConvolution& job) {
  const int64_t strips = (job.cols + kStrip - 1) / kStrip;
  for (int64_t out_block = 0; out_block < job.out_blocks; ++out_block) {
    for (int64_t row = 0; row < job.rows; ++row) {
      for (int64_t strip = 0; strip < strips; ++strip) {
        const int64_t begin = job.cols * strip / strips, end = job.cols * (strip + 1) / strips;
        convolve_up_to<kStrip, kStride>(end - begin, job, out_block, row, begin);
      }
    }
  }
}

void convolve_strips(const BandConvolution& job) {
  switch (job.stride) {
    case 1:
      return convolve_by<1>(job);
    case 2:
      return convolve_by<2>(job);
    default:
      return convolve_by<0>(job);
  }
}

}  // namespace

TileSet avx512_tile_set() {
  auto set = plain_tile_set();  // whose sums over positions only tests ask for
  set.convolve = convolve_strips;
  set.pair = pair<Avx512Rows>;
  set.pair_and_turn = pair_and_turn<Avx512Rows>;
  set.pack = Avx512Rows::pack;
  return set;
}

}  // namespace ganvas::kernels
#else
namespace ganvas::kernels {

TileSet avx512_tile_set() {
  return plain_tile_set();
}

}  // namespace ganvas::kernels
#endif
