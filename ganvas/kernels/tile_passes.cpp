// What a convolution on tiles consists of.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/private/tile_passes.h"

#include <algorithm>
#include <cstring>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "ganvas/kernels/private/thread_room.h"

namespace ganvas::kernels {
namespace {

// Tiles of a band: so few that what lies around it stays in the second cache with the filters.
constexpr int64_t kBandTiles = 8;

/// An image in memory, and how far apart its rows and columns are.
struct StridedMap {
  const Bf16* numbers;
  int64_t row_apart, col_apart;
};

/// Copies what lies around a band's outputs, of a map whose blocks of channels begin at `first` in the band.
///   rows, cols: the image's pixel at each place of the band, or -1
void gather(const StridedMap& map, int64_t first, int64_t blocks, const int32_t* rows,
            const int32_t* cols, const Band& band) {
  const int64_t block_apart = band.rows * band.cols * kChannelBlock;
  for (int64_t row = 0; row < band.rows; ++row) {
    for (int64_t col = 0; col < band.cols; ++col) {
      Bf16* to = band.at(first, row, col);
      const bool is_inside = rows[row] >= 0 && cols[col] >= 0;
      const Bf16* from = map.numbers;
      if (is_inside) from += rows[row] * map.row_apart + cols[col] * map.col_apart;
      for (int64_t block = 0; block < blocks; ++block) {
        Bf16* place = to + block * block_apart;
        if (is_inside) {
          std::memcpy(place, from + block * kChannelBlock, kChannelBlock * sizeof(Bf16));
        } else {
          std::fill_n(place, kChannelBlock, Bf16(0));
        }
      }
    }
  }
}

/// The same of maps that are joined along their channels.
void gather(const std::vector<Tensor>& maps, int64_t image, const int32_t* rows,
            const int32_t* cols, const Band& band) {
  int64_t first = 0;
  for (const auto& map : maps) {
    const int64_t blocks = map.size(1) / kChannelBlock;
    gather({map.const_data_ptr<Bf16>() + image * map.stride(0), map.stride(2), map.stride(3)},
           first, blocks, rows, cols, band);
    first += blocks;
  }
}

/// How a weight lies in memory, as numbers from one output, or input, to the next.
struct WeightOrder {
  const float* numbers;
  int64_t taps, out_apart, in_apart;
};

/// The packed filters of one block of outputs, all phases.
///   to: of the block, for each phase
void pack_block(const TileSet& set, const WeightOrder& weight, const TilePlan& plan, int64_t block,
                int64_t in_blocks, const std::vector<Bf16*>& to) {
  constexpr int64_t kBlockNumbers = kChannelBlock * kChannelBlock;
  std::vector<Bf16*> places(weight.taps);  // of each tap in the weight
  const float* first = weight.numbers + block * kChannelBlock * weight.out_apart;
  for (int64_t in_block = 0; in_block < in_blocks; ++in_block) {
    for (int64_t i = 0; i < kBlockNumbers; i += 2 * kTileSide) {
      const int64_t pair = i / kChannelBlock % kTileSide, half = i / (kChannelBlock * kTileSide);
      for (size_t phase = 0; phase < to.size(); ++phase) {
        const auto& numbers = plan.phases[phase].numbers;
        const int64_t taps = std::ssize(numbers);
        for (int64_t tap = 0; tap < taps; ++tap) {
          places[numbers[tap]] = to[phase] + (in_block * taps + tap) * kBlockNumbers + i;
        }
      }
      const int64_t in = in_block * kChannelBlock + 2 * pair;
      const float* even = first + half * kTileSide * weight.out_apart + in * weight.in_apart;
      set.pack(even, even + weight.in_apart, weight.out_apart, weight.taps, places.data());
    }
  }
}

}  // namespace

TilePlan TilePlan::of(const Window& window, ConvWay way) {
  const int64_t k = window.kernel, s = window.stride;
  TilePlan plan{way, s, 1, window.padding, k, k * k, window.edge, {}};
  if (way == ConvWay::kPlain) {
    TilePhase all{0, 0, {}, {}};
    for (int64_t i = 0; i < k * k; ++i) {
      all.taps.push_back({i / k, i % k});
      all.numbers.push_back(i);
    }
    plan.phases.push_back(all);
    return plan;
  }
  // Tap t of place o lies on pixel s o + t - padding: on pixel s q + phase lies that of place q + d for
  // d = (phase + padding - t) / s, if that has no rest.
  const int64_t first = -((k - 1 - window.padding) / s), last = (s - 1 + window.padding) / s;
  plan.stride = 1;
  plan.out_stride = s;
  plan.before = -first;
  plan.reach = last - first + 1;
  for (int64_t number = 0; number < s * s; ++number) {
    TilePhase phase{number / s, number % s, {}, {}};
    for (int64_t i = 0; i < k * k; ++i) {
      const int64_t row = phase.row + window.padding - i / k;
      const int64_t col = phase.col + window.padding - i % k;
      if (row % s != 0 || col % s != 0) continue;
      phase.taps.push_back({row / s - first, col / s - first});
      phase.numbers.push_back(i);
    }
    plan.phases.push_back(phase);
  }
  return plan;
}

TilePlan TilePlan::of_rows(int64_t rows, ConvWay way) {
  const bool is_plain = way == ConvWay::kPlain;
  const int64_t last = rows - 1;
  TilePlan plan{way, 1, 1, is_plain ? 0 : last, rows, rows, Edge::kZero, {{0, 0, {}, {}}}};
  for (int64_t i = 0; i < rows; ++i) {
    plan.phases[0].taps.push_back(is_plain ? Tap{i, 0} : Tap{last - i, last});
    plan.phases[0].numbers.push_back(i);
  }
  return plan;
}

PackedFilters packed(const Tensor& weight, const TilePlan& plan) {
  const bool is_plain = plan.way == ConvWay::kPlain;
  const auto whole = weight.contiguous();
  PackedFilters made;
  made.out = weight.size(is_plain ? 0 : 1);
  made.in = weight.size(is_plain ? 1 : 0);
  made.numbers = at::empty({made.out * made.in * plan.taps}, at::kBFloat16);
  const int64_t large_apart = plan.taps, small_apart = plan.taps * weight.size(1);
  const WeightOrder order{whole.const_data_ptr<float>(), plan.taps,
                          is_plain ? small_apart : large_apart,
                          is_plain ? large_apart : small_apart};
  const auto set = tile_set();
  at::parallel_for(0, made.out / kChannelBlock, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      std::vector<Bf16*> to;  // of each phase
      auto* phase_begin = made.numbers.mutable_data_ptr<Bf16>();
      for (const auto& phase : plan.phases) {
        const int64_t taps = std::ssize(phase.taps);
        to.push_back(phase_begin + block * kChannelBlock * made.in * taps);
        phase_begin += made.out * made.in * taps;
      }
      pack_block(set, order, plan, block, made.in / kChannelBlock, to);
    }
  });
  return made;
}

Tensor pass(const std::vector<Tensor>& maps, const PackedFilters& filters, const PassEnd& end,
            const TilePlan& plan, at::IntArrayRef sides) {
  const auto set = tile_set();
  const auto& map = maps[0];
  const int64_t images = map.size(0), blocks = filters.in / kChannelBlock;
  auto y = at::empty({images, filters.out, sides[0], sides[1]},
                     map.options().memory_format(at::MemoryFormat::ChannelsLast));
  const auto in_fp32 = [](const Tensor& t) { return t.to(at::kFloat).contiguous(); };
  const auto added = end.bias.defined() ? in_fp32(end.bias) : at::zeros({filters.out});
  const auto slopes = end.slopes.defined() ? in_fp32(end.slopes) : Tensor();
  // Of the phase with the most.
  const int64_t rows = divided_up(sides[0], plan.out_stride);
  const int64_t cols = divided_up(sides[1], plan.out_stride);
  const int64_t tiles_wide = divided_up(cols, kTileSide);
  const int64_t height =
      kRowPair * std::min(divided_up(kBandTiles, tiles_wide), divided_up(rows, kRowPair));
  const int64_t bands = divided_up(rows, height);
  const auto under = [&](int64_t outputs) { return plan.stride * (outputs - 1) + plan.reach; };
  const auto row_at = pixels_at(under(bands * height), map.size(2), plan.before, plan.edge);
  const auto col_at = pixels_at(under(tiles_wide * kTileSide), map.size(3), plan.before, plan.edge);
  auto* to = y.mutable_data_ptr<Bf16>();
  at::parallel_for(0, images * bands, 1, [&](int64_t begin, int64_t end) {
    const int64_t band_rows = under(height), band_cols = static_cast<int64_t>(col_at.size());
    const Band band{thread_room<Bf16>(band_rows * band_cols * filters.in), band_rows, band_cols};
    for (int64_t i = begin; i < end; ++i) {
      const int64_t number = i / bands, first = i % bands * height;
      gather(maps, number, row_at.data() + plan.stride * first, col_at.data(), band);
      const auto* numbers = filters.numbers.const_data_ptr<Bf16>();
      for (const auto& phase : plan.phases) {
        const int64_t taps = static_cast<int64_t>(phase.taps.size()), s = plan.out_stride;
        const int64_t row_apart = sides[1] * filters.out;
        Bf16* out = to + number * y.stride(0) + (first * s + phase.row) * row_apart +
                    phase.col * filters.out;
        set.convolve({.band = band,
                      .blocks = blocks,
                      .stride = plan.stride,
                      .taps = phase.taps.data(),
                      .tap_count = taps,
                      .filters = numbers,
                      .bias = added.const_data_ptr<float>(),
                      .slopes = slopes.defined() ? slopes.const_data_ptr<float>() : nullptr,
                      .out_blocks = filters.out / kChannelBlock,
                      .rows = std::min(height, divided_up(sides[0] - phase.row, s) - first),
                      .cols = divided_up(sides[1] - phase.col, s),
                      .y = out,
                      .row_apart = s * row_apart,
                      .col_apart = s * filters.out});
        numbers += filters.out * filters.in * taps;
      }
    }
  });
  return y;
}

}  // namespace ganvas::kernels
