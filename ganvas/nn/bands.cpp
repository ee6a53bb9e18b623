// Instance-normalised layers on bands of rows.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/private/bands.h"

#include <array>
#include <atomic>

#include <ATen/Parallel.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

namespace ganvas {
namespace {

// A multiple of the tiles of Winograd's algorithm; the halo of a 3 x 3 convolution adds a sixteenth.
constexpr int64_t kBand = 32;

// From about here the layers of a ResNet of width 64 take more memory than most machines can spare.
std::atomic<int64_t> most_pixels = int64_t{1} << 21;

Tensor channels_last(const Tensor& rows) {
  return rows.to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
}

/// Rows in 16 bits: for each channel, equal steps from its least to its largest number. Of maps before
/// a norm they are finer than fp16, whose steps grow with the numbers.
class Packed {
 public:
  /// Takes on rows [1, C, h, W], fp32, channels last in memory; in the place of others of this shape.
  void pack(const Tensor& rows) {
    if (!levels_.defined()) levels_ = at::empty_like(rows, at::kShort);
    least_ = rows.amin(kPlaces);
    step_ = (rows.amax(kPlaces) - least_).div_(kLevels).clamp_min_(1e-30);
    const auto *from = rows.const_data_ptr<float>(), *least = least_.const_data_ptr<float>();
    const auto rate = step_.reciprocal();
    const auto* rates = rate.const_data_ptr<float>();
    auto* to = levels_.mutable_data_ptr<int16_t>();
    for_each_place(levels_.size(2) * width(), [=](int64_t c, int64_t i) {
      to[i] = static_cast<int16_t>(static_cast<int32_t>((from[i] - least[c]) * rates[c] + 0.5F) -
                                   kMiddle);
    });
  }

  /// Rows [top, bottom), to the row `at` of a map [1, C, h, W] fp32, channels last in memory.
  void unpack(int64_t top, int64_t bottom, const Tensor& map, int64_t at) const {
    const int64_t row = width() * channels();
    const auto* from = levels_.const_data_ptr<int16_t>() + top * row;
    const auto *least = least_.const_data_ptr<float>(), *step = step_.const_data_ptr<float>();
    auto* to = map.mutable_data_ptr<float>() + at * row;
    for_each_place((bottom - top) * width(), [=](int64_t c, int64_t i) {
      to[i] = least[c] + step[c] * static_cast<float>(static_cast<int32_t>(from[i]) + kMiddle);
    });
  }

  int64_t channels() const { return levels_.size(1); }
  int64_t width() const { return levels_.size(3); }

 private:
  static constexpr int32_t kLevels = 65535, kMiddle = 32768;
  static constexpr std::array<int64_t, 3> kPlaces = {0, 2, 3};

  /// Calls visit(channel, place in memory) for all numbers of the first `pixels`.
  template <typename Visit>
  void for_each_place(int64_t pixels, const Visit& visit) const {
    const int64_t channels = levels_.size(1);
    at::parallel_for(0, pixels, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t pixel = begin; pixel < end; ++pixel) {
        for (int64_t c = 0; c < channels; ++c) visit(c, pixel * channels + c);
      }
    });
  }

  Tensor levels_, least_, step_;
};

/// Rows of a map, packed band by band.
class PackedBands {
 public:
  explicit PackedBands(int64_t height)
      : bands_(static_cast<size_t>((height + kBand - 1) / kBand)) {}

  void put(int64_t top, const Tensor& rows) { band(top).pack(rows); }

  Tensor rows(int64_t top, int64_t bottom) {
    const std::vector<int64_t> shape = {1, band(top).channels(), bottom - top, band(top).width()};
    auto all = at::empty(shape, at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast));
    for (int64_t row = top; row < bottom;) {
      const int64_t first = row / kBand * kBand, last = std::min(bottom, first + kBand);
      band(row).unpack(row - first, last - first, all, row - top);
      row = last;
    }
    return all;
  }

  void release(int64_t row) {
    for (; forgotten_ < row / kBand; ++forgotten_) bands_[static_cast<size_t>(forgotten_)] = {};
  }

 private:
  Packed& band(int64_t row) { return bands_.at(static_cast<size_t>(row / kBand)); }

  std::vector<Packed> bands_;
  int64_t forgotten_ = 0;
};

void for_each_band(int64_t height, const std::function<void(int64_t top, int64_t bottom)>& visit) {
  for (int64_t top = 0; top < height; top += kBand) visit(top, std::min(height, top + kBand));
}

RowStream rows_of(const std::shared_ptr<PackedBands>& bands, int64_t height) {
  return {height, [bands](int64_t top, int64_t bottom) { return bands->rows(top, bottom); },
          [bands](int64_t row) { bands->release(row); },
          [bands](int64_t top, const Tensor& rows) { bands->put(top, rows); }};
}

/// A layer of `in` before its norm.
RowStream before_norm(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                      const RowStream& in) {
  return layer_stream([layer](const Tensor& rows) { return layer->before_norm(rows); }, reach, in);
}

/// That, packed, and the moments of its fp32 numbers.
std::pair<RowStream, kernels::Moments> kept(const std::shared_ptr<NormedLayer>& layer,
                                            const Reach& reach, const RowStream& in) {
  const auto made = before_norm(layer, reach, in);
  const auto bands = std::make_shared<PackedBands>(made.height);
  kernels::Moments moments;
  for_each_band(made.height, [&](int64_t top, int64_t bottom) {
    const auto rows = channels_last(made.rows(top, bottom));
    moments.add(rows);
    bands->put(top, rows);
    made.release(bottom);
  });
  return {rows_of(bands, made.height), std::move(moments)};
}

RowStream normed(const std::shared_ptr<NormedLayer>& layer, const RowStream& before,
                 kernels::Moments moments) {
  const auto rows = [layer, before, moments = std::move(moments)](int64_t top, int64_t bottom) {
    return layer->after_norm(moments, channels_last(before.rows(top, bottom)),
                             kernels::After::kRelu, {});
  };
  return {before.height, rows, before.release};
}

}  // namespace

RowStream row_stream(const Tensor& map) {
  const auto rows = [map](int64_t top, int64_t bottom) {
    return channels_last(map.narrow(2, top, bottom - top));
  };
  return {map.size(2), rows};
}

RowStream buffered(const RowStream& map) {
  const auto bands = std::make_shared<PackedBands>(map.height);
  for_each_band(map.height, [&](int64_t top, int64_t bottom) {
    bands->put(top, map.rows(top, bottom));
    map.release(bottom);
  });
  return rows_of(bands, map.height);
}

RowStream layer_stream(const std::function<Tensor(const Tensor&)>& layer, const Reach& reach,
                       const RowStream& in) {
  const auto rows = [=](int64_t top, int64_t bottom) {
    const auto [before, after, up, down] = reach;
    const int64_t first = std::max<int64_t>(0, top * down / up - before);
    const int64_t last = std::min(in.height, bottom * down / up + after);
    return layer(in.rows(first, last)).narrow(2, top - first * up / down, bottom - top);
  };
  const auto release = [=](int64_t row) { in.release(row * reach.down / reach.up - reach.before); };
  return {in.height * reach.up / reach.down, rows, release};
}

RowStream buffered_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                         const RowStream& in) {
  auto [map, moments] = kept(layer, reach, in);
  return normed(layer, map, std::move(moments));
}

RowStream recomputed_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                           const RowStream& in) {
  const auto made = before_norm(layer, reach, in);
  kernels::Moments moments;
  for_each_band(made.height, [&](int64_t top, int64_t bottom) {
    moments.add(channels_last(made.rows(top, bottom)));
  });
  return normed(layer, made, std::move(moments));
}

void add_buffered_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                        const RowStream& in, const RowStream& to) {
  const auto [map, moments] = kept(layer, reach, in);
  for_each_band(map.height, [&, &map = map, &moments = moments](int64_t top, int64_t bottom) {
    to.put(top, layer->after_norm(moments, map.rows(top, bottom), kernels::After::kNothing,
                                  to.rows(top, bottom)));
    map.release(bottom);
  });
}

Tensor collected(const RowStream& map) {
  std::vector<Tensor> parts;
  for_each_band(map.height, [&](int64_t top, int64_t bottom) {
    parts.push_back(map.rows(top, bottom));
    map.release(bottom);
  });
  return at::cat(parts, 2);
}

void limit_pixels_at_once(int64_t pixels) {
  most_pixels = pixels;
}

int64_t pixels_at_once() {
  return most_pixels;
}

}  // namespace ganvas
