// Loops over tiles, for each kind of them. `Tiles` holds eight tiles while it lives:
//   zero<t>(), load<t>(from, bytes between rows), store<t>(to, as 16 rows of 16 floats),
//   multiply<sums, a, b>(): adds to tile `sums` the products of rows of a and columns of b,
//   store_row(low, high, to): 32 floats as bf16; pair(above, below, to), turn(rows of 16, to), pack() as in TileSet.
// Included by tiles_*.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <utility>

#include "ganvas/kernels/private/tiles.h"

namespace ganvas::kernels {
namespace {

/// One step of four products: tiles 4 and 5 from the left, 6 and 7 from the right.
template <typename Tiles>
inline void multiply_four(Tiles& tiles) {
  tiles.template multiply<0, 4, 6>();
  tiles.template multiply<1, 4, 7>();
  tiles.template multiply<2, 5, 6>();
  tiles.template multiply<3, 5, 7>();
}

/// The four tiles of sums, one behind the other in memory.
template <typename Tiles>
inline void store_sums(const Tiles& tiles, float* sums) {
  tiles.template store<0>(sums);
  tiles.template store<1>(sums + kTileNumbers);
  tiles.template store<2>(sums + 2 * kTileNumbers);
  tiles.template store<3>(sums + 3 * kTileNumbers);
}

/// 2 x 16 outputs of kChannelBlock channels, from output (row, col) on, as four tiles of sums.
template <typename Tiles>
void convolve_tile(Tiles& tiles, const BandConvolution& job, int64_t out_block, int64_t row,
                   int64_t col) {
  constexpr int64_t kHalf = kChannelBlock * kTileSide, kRowBytes = kChannelBlock * sizeof(Bf16);
  const float* bias = job.bias + out_block * kChannelBlock;
  tiles.template load<0>(bias, 0);
  tiles.template load<1>(bias + kTileSide, 0);
  tiles.template load<2>(bias, 0);
  tiles.template load<3>(bias + kTileSide, 0);
  const Bf16* filters = job.filters + out_block * job.blocks * job.tap_count * 2 * kHalf;
  const int64_t below = job.stride * job.band.cols * kChannelBlock;
  for (int64_t block = 0; block < job.blocks; ++block) {
    const Bf16* pixels = job.band.at(block, job.stride * row, job.stride * col);
    for (int64_t i = 0; i < job.tap_count; ++i) {
      const Tap tap = job.taps[i];
      const Bf16* from = pixels + (tap.row * job.band.cols + tap.col) * kChannelBlock;
      tiles.template load<4>(from, job.stride * kRowBytes);
      tiles.template load<6>(filters, kRowBytes);
      tiles.template load<7>(filters + kHalf, kRowBytes);
      tiles.template load<5>(from + below, job.stride * kRowBytes);
      multiply_four(tiles);
      filters += 2 * kHalf;
    }
  }
}

/// sums: as store_sums() leaves them;  slopes: of kChannelBlock channels
inline void scale_negative(float (*sums)[kTileNumbers], const float* slopes) {
  for (int64_t tile = 0; tile < 4; ++tile) {
    for (int64_t i = 0; i < kTileNumbers; ++i) {
      const float slope = slopes[tile % 2 * kTileSide + i % kTileSide];
      sums[tile][i] = sums[tile][i] < 0 ? slope * sums[tile][i] : sums[tile][i];
    }
  }
}

template <typename Tiles>
void convolve(const BandConvolution& job) {
  Tiles tiles;
  alignas(64) float sums[4][kTileNumbers];
  for (int64_t out_block = 0; out_block < job.out_blocks; ++out_block) {
    for (int64_t row = 0; row < job.rows; row += kRowPair) {
      for (int64_t col = 0; col < job.cols; col += kTileSide) {
        convolve_tile(tiles, job, out_block, row, col);
        store_sums(tiles, sums[0]);
        if (job.slopes != nullptr) scale_negative(sums, job.slopes + out_block * kChannelBlock);
        const int64_t rows = std::min(kRowPair, job.rows - row);
        const int64_t cols = std::min(kTileSide, job.cols - col);
        for (int64_t r = 0; r < rows; ++r) {
          Bf16* y = job.y + (row + r) * job.row_apart + col * job.col_apart;
          for (int64_t c = 0; c < cols; ++c) {
            Tiles::store_row(sums[2 * r] + c * kTileSide, sums[2 * r + 1] + c * kTileSide,
                             y + c * job.col_apart + out_block * kChannelBlock);
          }
        }
      }
    }
  }
}

/// What lies under the taps of the two streams of tile i.
inline std::pair<const uint32_t*, const uint32_t*> streams_of(const FilterSums& job, int64_t i) {
  const auto stream = [&](int64_t number) {
    const Tap tap = job.taps[number % job.tap_count];
    const int64_t row = number / job.tap_count * job.rows + tap.row;
    return job.inputs + (row * job.input_cols + tap.col) * kTileSide;
  };
  const int64_t first = i % (job.streams / 2) * 2;
  return {stream(first), stream(first + 1)};
}

/// The gradients of the first 16 outputs of tile i.
inline const uint32_t* gradients_of(const FilterSums& job, int64_t i) {
  return job.gradients + i / (job.streams / 2) * 2 * job.units * job.col_tiles * kTileNumbers;
}

template <typename Tiles>
void add_to_sums(const FilterSums& job, SumsInto into, int64_t begin, int64_t end) {
  constexpr int64_t kRowBytes = kTileSide * sizeof(uint32_t);
  Tiles tiles;
  const int64_t row_apart = job.input_cols * kTileSide;
  const int64_t gradients_apart = job.units * job.col_tiles * kTileNumbers;
  for (int64_t i = begin; i < end; ++i) {
    const auto [first, second] = streams_of(job, i);
    const uint32_t* gradients = gradients_of(job, i);
    float* sums = job.sums + i * 4 * kTileNumbers;
    if (into == SumsInto::kOverwrite) {
      tiles.template zero<0>();
      tiles.template zero<1>();
      tiles.template zero<2>();
      tiles.template zero<3>();
    } else {
      tiles.template load<0>(sums, kRowBytes);
      tiles.template load<1>(sums + kTileNumbers, kRowBytes);
      tiles.template load<2>(sums + 2 * kTileNumbers, kRowBytes);
      tiles.template load<3>(sums + 3 * kTileNumbers, kRowBytes);
    }
    for (int64_t unit = 0; unit < job.units; ++unit) {
      for (int64_t col = 0; col < job.col_tiles; ++col) {
        const int64_t pixel = unit * job.row_step * row_apart + col * job.stride * kTileNumbers;
        const uint32_t* left = gradients + (unit * job.col_tiles + col) * kTileNumbers;
        tiles.template load<4>(left, kRowBytes);
        tiles.template load<6>(first + pixel, job.stride * kRowBytes);
        tiles.template load<7>(second + pixel, job.stride * kRowBytes);
        tiles.template load<5>(left + gradients_apart, kRowBytes);
        multiply_four(tiles);
      }
    }
    store_sums(tiles, sums);
  }
}

template <typename Tiles>
void pair(const Bf16* above, const Bf16* below, int64_t channels, int64_t apart, uint32_t* to) {
  for (int64_t c = 0; c < channels; c += kTileSide, to += apart) {
    Tiles::pair(above + c, below + c, to);
  }
}

template <typename Tiles>
void pair_and_turn(const Bf16* const* above, const Bf16* const* below, int64_t channels,
                   int64_t apart, uint32_t* to) {
  alignas(64) uint32_t rows[kTileNumbers];
  for (int64_t c = 0; c < channels; c += kTileSide, to += apart) {
    for (int64_t i = 0; i < kTileSide; ++i) {
      Tiles::pair(above[i] + c, below[i] + c, rows + i * kTileSide);
    }
    Tiles::turn(rows, to);
  }
}

template <typename Tiles>
TileSet functions() {
  return {convolve<Tiles>, add_to_sums<Tiles>, pair<Tiles>, pair_and_turn<Tiles>, Tiles::pack};
}

}  // namespace
}  // namespace ganvas::kernels
