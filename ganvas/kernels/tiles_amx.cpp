// Tiles as AMX has them (Intel, since 2023).
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
#include "ganvas/kernels/private/avx512_rows-inl.h"
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
class AmxTiles : public Avx512Rows {
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
};

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
