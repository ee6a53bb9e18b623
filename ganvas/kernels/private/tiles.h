// The arithmetic of convolutions in bf16 on tiles of 16 x 16 sums, as processors with AMX have them; those with
// AVX512-BF16 alone compute the same in strips.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ganvas/kernels/private/bf16.h"

namespace ganvas::kernels {

/// Sums along a side of a tile; outputs in a row that are computed together.
inline constexpr int64_t kTileSide = 16;
/// Numbers of a tile of sums; pairs of bf16 numbers of a tile of factors.
inline constexpr int64_t kTileNumbers = kTileSide * kTileSide;
/// Channels that are taken together: the bf16 numbers in a row of a tile, the columns of two tiles.
inline constexpr int64_t kChannelBlock = 2 * kTileSide;
/// Rows of outputs that are computed together.
inline constexpr int64_t kRowPair = 2;

/// Pixels around those of a band of outputs: [blocks of channels][rows][cols][kChannelBlock].
struct Band {
  Bf16* data;
  int64_t rows, cols;

  Bf16* at(int64_t block, int64_t row, int64_t col) const {
    return data + ((block * rows + row) * cols + col) * kChannelBlock;
  }
};

/// Where a filter's tap looks, from the first pixel under an output.
struct Tap {
  int64_t row, col;
};

/// The outputs of a band:
///   y[r][c][k] = slope of k, where negative, times bias[k] + sum over taps t and channels i of
///                band[stride * r + t.row][stride * c + t.col][i] * filter[k][t][i]
struct BandConvolution {
  Band band;  // whole tiles fit into it: outputs of rows in pairs, columns in kTileSide
  int64_t blocks, stride;
  const Tap* taps;
  int64_t tap_count;
  const Bf16* filters;  // [blocks of outputs][blocks][taps][2][16 pairs of inputs][16 outputs][2]
  const float* bias;    // [outputs]
  const float* slopes;  // likewise, or null
  int64_t out_blocks;
  int64_t rows, cols;  // of outputs
  Bf16* y;             // channel k of output (r, c) at y[r * row_apart + c * col_apart + k]
  int64_t row_apart, col_apart;
};

/// Sums over positions, of products of gradients and what lies under the filter's taps:
///   sums[k][i][t] (+)= sum over units u, x of
///                      gradients[u][x][k] * inputs[row_step * u + t.row][stride * x + t.col][i]
/// Each position stands for two, one below the other, whose numbers lie side by side in memory.
struct FilterSums {
  const uint32_t* gradients;  // pairs [outputs / 16][units][cols / 16][16 outputs][16 columns]
  const uint32_t* inputs;     // pairs [inputs / 16][rows][input_cols][16 inputs]
  int64_t units, col_tiles;   // a unit is a pair of rows of outputs
  int64_t rows, row_step, input_cols;
  int64_t stride;  // of the window
  const Tap* taps;
  int64_t tap_count;
  int64_t streams;  // (block of 16 inputs, tap), an even number
  float* sums;      // [outputs / 32][streams / 2][2][2][16 outputs][16 inputs], as in tile_sums()
};

/// What is in the sums before.
enum class SumsInto { kOverwrite, kAccumulate };

/// The functions of one kind of tiles.
struct TileSet {
  void (*convolve)(const BandConvolution& job);

  /// Those of the tiles [begin, end) of outputs / 32 * streams / 2.
  void (*add_to_sums)(const FilterSums& job, SumsInto into, int64_t begin, int64_t end);

  /// The channels of two positions as pairs, 16 at a time, each sixteen `apart` pairs from the last.
  void (*pair)(const Bf16* above, const Bf16* below, int64_t channels, int64_t apart, uint32_t* to);

  /// The same of 16 times two positions; sixteens of theirs have rows and columns exchanged.
  void (*pair_and_turn)(const Bf16* const* above, const Bf16* const* below, int64_t channels,
                        int64_t apart, uint32_t* to);

  /// Filters of two inputs to 16 outputs, the taps of one output `out_apart` numbers from those of the next: to[tap]
  /// takes 16 pairs.
  void (*pack)(const float* even, const float* odd, int64_t out_apart, int64_t taps,
               Bf16* const* to);
};

/// True if the processor multiplies pairs of bf16, on tiles or without, and limit_instructions() lets it.
bool has_tiles();

/// True if it is on tiles, in hardware.
bool has_amx();

/// The processor's tiles, or plain loops without has_tiles().
TileSet tile_set();

TileSet plain_tile_set();
TileSet avx512_tile_set();
TileSet amx_tile_set();

}  // namespace ganvas::kernels
