// The gradient of a convolution's filters on tiles: sums over pairs of rows of places.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include "ganvas/kernels/private/tile_passes.h"

namespace ganvas::kernels {
namespace {

// Bytes of paired maps between two passes over the sums: more leave the second cache, fewer mean more
// passes, and more waiting of threads for each other.
constexpr int64_t kChunkBytes = 2400 << 10;

/// A map [N, C, H, W] whose channels lie side by side in memory, and the pixel at each of its rows and
/// columns and of those around it; -1 for a zero.
struct Source {
  const Bf16* numbers;
  int64_t channels, image_apart, row_apart, col_apart;
  std::vector<int32_t> rows, cols;
  std::vector<Bf16> nothing;

  Source(const Tensor& map, std::vector<int32_t> row_at, std::vector<int32_t> col_at)
      : numbers(map.const_data_ptr<Bf16>()),
        channels(map.size(1)),
        image_apart(map.stride(0)),
        row_apart(map.stride(2)),
        col_apart(map.stride(3)),
        rows(std::move(row_at)),
        cols(std::move(col_at)),
        nothing(channels, Bf16(0)) {}

  /// The numbers of one position.
  const Bf16* at(int64_t image, int64_t row, int64_t col) const {
    if (rows[row] < 0 || cols[col] < 0) return nothing.data();
    return numbers + image * image_apart + rows[row] * row_apart + cols[col] * col_apart;
  }
};

/// Both maps, cut into units: pairs of rows of places, one below the other.
struct Pairing {
  Source inputs, gradients;
  int64_t stride, reach;  // of the window
  int64_t images, units;  // pairs of rows of places of an image
  int64_t row_step;       // rows of inputs from one of them to the next
  int64_t col_tiles, input_cols;

  static Pairing of(const Tensor& map, const Tensor& gradient, const TilePlan& plan) {
    const int64_t units = divided_up(gradient.size(2), kRowPair);
    const int64_t wide = divided_up(gradient.size(3), kTileSide);
    const auto under = [&](int64_t places) { return plan.stride * (places - 1) + plan.reach; };
    const int64_t rows = kRowPair * units, cols = kTileSide * wide;
    return {.inputs = Source(map, pixels_at(under(rows), map.size(2), plan.before, plan.edge),
                             pixels_at(under(cols), map.size(3), plan.before, plan.edge)),
            .gradients = Source(gradient, pixels_at(rows, gradient.size(2), 0, Edge::kZero),
                                pixels_at(cols, gradient.size(3), 0, Edge::kZero)),
            .stride = plan.stride,
            .reach = plan.reach,
            .images = map.size(0),
            .units = units,
            .row_step = std::min(plan.reach, kRowPair * plan.stride),
            .col_tiles = wide,
            .input_cols = under(cols)};
  }

  /// Rows of inputs that so many units look at.
  int64_t input_rows(int64_t count) const { return (count - 1) * row_step + reach; }

  /// Pairs for one block of 16 channels.
  int64_t input_pairs(int64_t count) const { return input_rows(count) * input_cols * kTileSide; }
  int64_t gradient_pairs(int64_t count) const { return count * col_tiles * kTileNumbers; }
  int64_t pairs(int64_t count) const {
    return (input_pairs(count) * inputs.channels + gradient_pairs(count) * gradients.channels) /
           kTileSide;
  }

  /// One row of inputs, with the row that lies under the lower places where it lies under the upper.
  ///   to: of the row's first block; blocks lie `apart` pairs apart
  void pair_inputs(const TileSet& set, int64_t image, int64_t row, int64_t apart,
                   uint32_t* to) const {
    for (int64_t col = 0; col < input_cols; ++col, to += kTileSide) {
      set.pair(inputs.at(image, row, col), inputs.at(image, row + stride, col), inputs.channels,
               apart, to);
    }
  }

  void pair_gradients(const TileSet& set, int64_t image, int64_t unit, int64_t apart,
                      uint32_t* to) const {
    const int64_t row = unit * kRowPair;
    for (int64_t tile = 0; tile < col_tiles; ++tile, to += kTileNumbers) {
      std::array<const Bf16*, kTileSide> above, below;
      for (int64_t i = 0; i < kTileSide; ++i) {
        above[i] = gradients.at(image, row, tile * kTileSide + i);
        below[i] = gradients.at(image, row + 1, tile * kTileSide + i);
      }
      set.pair_and_turn(above.data(), below.data(), gradients.channels, apart, to);
    }
  }

  /// All of `count` units from `first` on.
  void pair_all(const TileSet& set, int64_t image, int64_t first, int64_t count,
                uint32_t* gradients_to, uint32_t* inputs_to) const {
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        pair_gradients(set, image, first + i, gradient_pairs(count),
                       gradients_to + i * gradient_pairs(1));
      }
    });
    at::parallel_for(0, input_rows(count), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t unit = std::min(i / row_step, count - 1);
        const int64_t row = (first + unit) * kRowPair * stride + i - unit * row_step;
        pair_inputs(set, image, row, input_pairs(count), inputs_to + i * input_cols * kTileSide);
      }
    });
  }
};

/// The sums in the order of a weight [K, C, taps].
Tensor unpacked(const Tensor& sums, int64_t outputs, int64_t inputs, int64_t taps) {
  const int64_t streams = inputs / kTileSide * taps;
  auto weight = at::empty({outputs, inputs, taps});
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

Tensor filter_gradient(const Tensor& map, const Tensor& gradient, const TilePlan& plan) {
  const auto set = tile_set();
  const auto pairing = Pairing::of(map, gradient, plan);
  const int64_t outputs = gradient.size(1), inputs = map.size(1);
  const int64_t taps = plan.taps, streams = inputs / kTileSide * taps;
  const auto sums = at::empty({outputs * inputs * taps});
  const int64_t unit_bytes = pairing.pairs(1) * static_cast<int64_t>(sizeof(uint32_t));
  const int64_t most = std::clamp<int64_t>(kChunkBytes / unit_bytes, 1, pairing.units);
  const int64_t chunk = divided_up(pairing.units, divided_up(pairing.units, most));
  const auto room = at::empty({pairing.pairs(chunk)}, at::kInt);
  auto* gradients = reinterpret_cast<uint32_t*>(room.mutable_data_ptr<int32_t>());
  auto into = SumsInto::kOverwrite;
  for (int64_t image = 0; image < pairing.images; ++image) {
    for (int64_t first = 0; first < pairing.units; first += chunk) {
      const int64_t units = std::min(chunk, pairing.units - first);
      auto* under = gradients + pairing.gradient_pairs(units) * outputs / kTileSide;
      pairing.pair_all(set, image, first, units, gradients, under);
      const FilterSums job{.gradients = gradients,
                           .inputs = under,
                           .units = units,
                           .col_tiles = pairing.col_tiles,
                           .rows = pairing.input_rows(units),
                           .row_step = pairing.row_step,
                           .input_cols = pairing.input_cols,
                           .stride = plan.stride,
                           .taps = plan.phases[0].taps.data(),
                           .tap_count = taps,
                           .streams = streams,
                           .sums = sums.mutable_data_ptr<float>()};
      at::parallel_for(0, outputs / kChannelBlock * streams / 2, 1,
                       [&](int64_t begin, int64_t end) { set.add_to_sums(job, into, begin, end); });
      into = SumsInto::kAccumulate;
    }
  }
  return unpacked(sums, outputs, inputs, taps);
}

}  // namespace ganvas::kernels
