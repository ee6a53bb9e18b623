// The gradient of a convolution's filters on tiles: sums over pairs of rows of places.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include "ganvas/kernels/tile_passes.h"

namespace ganvas {
namespace {

// Bytes of packed maps between two passes over the sums: both share the second cache. Where the sums
// are larger than it, a share of their bytes, so that they do not pass too often.
constexpr int64_t kChunkBytes = 640 << 10, kShareOfSums = 4;

/// A map [N, C, H, W] that lies in memory channels last, and the pixel at each of its rows and columns
/// and of those around it; -1 for a zero.
struct Source {
  const Bf16* numbers;
  int64_t channels, height, width;
  std::vector<int32_t> rows, cols;
  std::vector<Bf16> nothing;

  Source(const Tensor& map, std::vector<int32_t> row_at, std::vector<int32_t> col_at)
      : numbers(map.const_data_ptr<Bf16>()),
        channels(map.size(1)),
        height(map.size(2)),
        width(map.size(3)),
        rows(std::move(row_at)),
        cols(std::move(col_at)),
        nothing(channels, Bf16(0)) {}

  /// The numbers of one position.
  const Bf16* at(int64_t picture, int64_t row, int64_t col) const {
    if (rows[row] < 0 || cols[col] < 0) return nothing.data();
    return numbers + ((picture * height + rows[row]) * width + cols[col]) * channels;
  }
};

/// Both maps, cut into units: pairs of rows of places.
struct Pairing {
  Source inputs, gradients;
  Window window;
  int64_t units_high, units;  // of a picture, of all
  int64_t col_tiles, input_cols;

  static Pairing of(const Tensor& map, const Tensor& gradient, const Window& window) {
    const int64_t high = divided_up(gradient.size(2), kRowPair);
    const int64_t wide = divided_up(gradient.size(3), kTileSide);
    const auto under = [&](int64_t places) { return window.stride * (places - 1) + window.kernel; };
    const int64_t rows = kRowPair * high, cols = kTileSide * wide;
    return {Source(map, pixels_at(under(rows), map.size(2), window.padding, window.edge),
                   pixels_at(under(cols), map.size(3), window.padding, window.edge)),
            Source(gradient, pixels_at(rows, gradient.size(2), 0, Edge::kZero),
                   pixels_at(cols, gradient.size(3), 0, Edge::kZero)),
            window, high, high * map.size(0), wide, under(cols)};
  }

  /// Pairs that each unit has for one block of 16 channels.
  int64_t input_pairs() const { return window.kernel * input_cols * kTileSide; }
  int64_t gradient_pairs() const { return col_tiles * kTileNumbers; }
  int64_t unit_bytes() const {
    const int64_t pairs = input_pairs() * inputs.channels + gradient_pairs() * gradients.channels;
    return pairs / kTileSide * static_cast<int64_t>(sizeof(uint32_t));
  }

  /// Rows under each of the filter's rows, with those under the place below.
  ///   to: of the unit's first block; blocks lie `apart` numbers apart
  void pair_inputs(const TileSet& set, int64_t unit, int64_t apart, uint32_t* to) const {
    const int64_t picture = unit / units_high, top = unit % units_high * kRowPair * window.stride;
    for (int64_t row = 0; row < window.kernel; ++row) {
      for (int64_t col = 0; col < input_cols; ++col, to += kTileSide) {
        const auto* above = inputs.at(picture, top + row, col);
        const auto* below = inputs.at(picture, top + row + window.stride, col);
        set.pair(above, below, inputs.channels, apart, to);
      }
    }
  }

  void pair_gradients(const TileSet& set, int64_t unit, int64_t apart, uint32_t* to) const {
    const int64_t picture = unit / units_high, row = unit % units_high * kRowPair;
    for (int64_t tile = 0; tile < col_tiles; ++tile, to += kTileNumbers) {
      std::array<const Bf16*, kTileSide> above, below;
      for (int64_t i = 0; i < kTileSide; ++i) {
        above[i] = gradients.at(picture, row, tile * kTileSide + i);
        below[i] = gradients.at(picture, row + 1, tile * kTileSide + i);
      }
      set.pair_and_turn(above.data(), below.data(), gradients.channels, apart, to);
    }
  }
};

/// The sums in the order of a weight [K, C, k, k].
Tensor unpacked(const Tensor& sums, int64_t outputs, int64_t inputs, const Window& window) {
  const int64_t taps = window.kernel * window.kernel, streams = inputs / kTileSide * taps;
  auto weight = at::empty({outputs, inputs, window.kernel, window.kernel});
  const auto* from = sums.const_data_ptr<float>();
  auto* to = weight.mutable_data_ptr<float>();
  at::parallel_for(0, outputs, 1, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      const auto* rows = from + k / kChannelBlock * streams * 2 * kTileNumbers +
                         k / kTileSide % 2 * 2 * kTileNumbers + k % kTileSide * kTileSide;
      for (int64_t stream = 0; stream < streams; ++stream) {
        const auto* row = rows + (stream / 2 * 4 + stream % 2) * kTileNumbers;
        auto* first = to + (k * inputs + stream / taps * kTileSide) * taps + stream % taps;
        for (int64_t c = 0; c < kTileSide; ++c) first[c * taps] = row[c];
      }
    }
  });
  return weight;
}

}  // namespace

Tensor filter_gradient(const Tensor& map, const Tensor& gradient, const Window& window) {
  const auto set = tile_set();
  const auto pairing = Pairing::of(map, gradient, window);
  const int64_t outputs = gradient.size(1), inputs = map.size(1);
  const int64_t taps = window.kernel * window.kernel, streams = inputs / kTileSide * taps;
  std::vector<Tap> all;
  for (int64_t i = 0; i < taps; ++i) all.push_back({i / window.kernel, i % window.kernel});
  const auto sums = at::empty({outputs * inputs * taps});
  const int64_t sum_bytes = sums.numel() * static_cast<int64_t>(sizeof(float));
  const int64_t bytes = std::max(kChunkBytes, sum_bytes / kShareOfSums);
  const int64_t most = std::clamp<int64_t>(bytes / pairing.unit_bytes(), 1, pairing.units);
  const int64_t chunk = divided_up(pairing.units, divided_up(pairing.units, most));
  const auto room = at::empty({chunk * pairing.unit_bytes()}, at::kByte);
  for (int64_t first = 0; first < pairing.units; first += chunk) {
    const int64_t units = std::min(chunk, pairing.units - first);
    auto* gradients = reinterpret_cast<uint32_t*>(room.mutable_data_ptr<uint8_t>());
    auto* under = gradients + units * pairing.gradient_pairs() * outputs / kTileSide;
    at::parallel_for(0, units, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        pairing.pair_gradients(set, first + i, units * pairing.gradient_pairs(),
                               gradients + i * pairing.gradient_pairs());
        pairing.pair_inputs(set, first + i, units * pairing.input_pairs(),
                            under + i * pairing.input_pairs());
      }
    });
    const FilterSums job{gradients, under, units, pairing.col_tiles, window.kernel,
                         pairing.input_cols, window.stride, all.data(), taps, streams,
                         sums.mutable_data_ptr<float>()};
    const auto before = first == 0 ? SumsBefore::kNothing : SumsBefore::kSums;
    at::parallel_for(0, outputs / kChannelBlock * streams / 2, 1, [&](int64_t begin, int64_t end) {
      set.add_to_sums(job, before, begin, end);
    });
  }
  return unpacked(sums, outputs, inputs, window);
}

}  // namespace ganvas
