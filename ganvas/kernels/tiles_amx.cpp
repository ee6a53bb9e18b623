// Tiles as AMX has them (Intel, since 2023), with AVX-512 around them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ganvas/kernels/private/tiles.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)  // clang knows no such pragma
#include <immintrin.h>

// gcc 12 sees uninitialized memory in its own intrinsics (its bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
// Behind the other headers: what they define inline must run on every processor.
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512bf16")
#include "ganvas/kernels/private/tile_loops-inl.h"

namespace ganvas::kernels {
namespace {

/// All eight tiles of 16 rows of 64 bytes, as the processor wants to be told.
struct alignas(64) TileShapes {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// In assembly: gcc's intrinsics want the number of a tile as a literal, and those of gcc 12 do not
/// say that memory is read.
class AmxTiles {
 public:
  AmxTiles() {
    const TileShapes shapes;
    asm volatile("ldtilecfg %0" : : "m"(shapes) : "memory");
  }
  ~AmxTiles() { asm volatile("tilerelease"); }
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;

  template <int T>
  void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(T));
  }
  template <int T>
  void load(const void* from, int64_t row_bytes) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(row_bytes), "i"(T));
  }
  template <int T>
  void store(float* to) const {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(int64_t{64}), "i"(T) : "memory");
  }
  template <int Sums, int A, int B>
  void multiply() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(Sums), "i"(A), "i"(B));
  }

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
};

/// Rows and columns exchanged: first within fours of fours, then these among each other.
void AmxTiles::turn(const uint32_t* rows, uint32_t* to) {
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

}  // namespace

TileSet amx_tile_set() {
  return functions<AmxTiles>();
}

}  // namespace ganvas::kernels
#else
namespace ganvas::kernels {

TileSet amx_tile_set() {
  return plain_tile_set();
}

}  // namespace ganvas::kernels
#endif
