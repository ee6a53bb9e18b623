// Tiles as plain loops: the definition of what AMX does, and how the rest is tested without it.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstring>

#include "ganvas/kernels/private/tile_loops-inl.h"

namespace ganvas::kernels {
namespace {

class PlainTiles {
 public:
  template <int T>
  void zero() {
    tiles_[T].fill(0);
  }
  template <int T>
  void load(const void* from, int64_t row_bytes) {
    for (int64_t row = 0; row < kTileSide; ++row) {
      std::memcpy(tiles_[T].data() + row * kTileSide,
                  static_cast<const char*>(from) + row * row_bytes, kTileSide * sizeof(uint32_t));
    }
  }
  template <int T>
  void store(float* to) const {
    std::memcpy(to, tiles_[T].data(), sizeof(tiles_[T]));
  }

  /// sums[m][n] += a[m][2 p] b[p][2 n] + a[m][2 p + 1] b[p][2 n + 1], over p.
  template <int Sums, int A, int B>
  void multiply() {
    for (int64_t m = 0; m < kTileSide; ++m) {
      for (int64_t n = 0; n < kTileSide; ++n) {
        auto& sum = tiles_[Sums][m * kTileSide + n];
        float value = as_float(sum);
        for (int64_t p = 0; p < kTileSide; ++p) {
          const uint32_t a = tiles_[A][m * kTileSide + p], b = tiles_[B][p * kTileSide + n];
          value += as_float(a << 16) * as_float(b << 16);
          value += as_float(a & kUpper) * as_float(b & kUpper);
        }
        std::memcpy(&sum, &value, sizeof(sum));
      }
    }
  }

  static void store_row(const float* low, const float* high, Bf16* to) {
    std::copy_n(low, kTileSide, to);
    std::copy_n(high, kTileSide, to + kTileSide);
  }
  static void pair(const Bf16* above, const Bf16* below, uint32_t* to) {
    for (int64_t i = 0; i < kTileSide; ++i) to[i] = above[i].x | uint32_t{below[i].x} << 16;
  }
  static void turn(const uint32_t* rows, uint32_t* to) {
    for (int64_t i = 0; i < kTileNumbers; ++i)
      to[i % kTileSide * kTileSide + i / kTileSide] = rows[i];
  }

  static void pack(const float* even, const float* odd, int64_t out_apart, int64_t taps,
                   Bf16* const* to) {
    for (int64_t tap = 0; tap < taps; ++tap) {
      for (int64_t k = 0; k < kTileSide; ++k) {
        to[tap][2 * k] = even[k * out_apart + tap];
        to[tap][2 * k + 1] = odd[k * out_apart + tap];
      }
    }
  }

 private:
  static constexpr uint32_t kUpper = 0xffff0000;

  static float as_float(uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  }

  std::array<std::array<uint32_t, kTileNumbers>, 8> tiles_;
};

}  // namespace

TileSet plain_tile_set() {
  return functions<PlainTiles>();
}

}  // namespace ganvas::kernels
