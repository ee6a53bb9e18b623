// Instance-normalised layers on bands of rows.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/nn/bands.h"

#include <atomic>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

namespace ganvas {
namespace {

// A multiple of the tiles of Winograd's algorithm; the halo of a 3 x 3 convolution adds a sixteenth.
constexpr int64_t kBand = 32;

// From about here the layers of a ResNet of width 64 take more memory than most machines can spare.
std::atomic<int64_t> most_pixels = int64_t{1} << 21;

/// Rows of a map in fp16, band by band.
class HalfBands {
 public:
  explicit HalfBands(int64_t height) : bands_(static_cast<size_t>((height + kBand - 1) / kBand)) {}

  void put(int64_t top, const Tensor& rows) { band(top) = rows.to(at::kHalf); }

  Tensor rows(int64_t top, int64_t bottom) {
    std::vector<Tensor> parts;
    for (int64_t row = top; row < bottom;) {
      const int64_t first = row / kBand * kBand, last = std::min(bottom, first + kBand);
      parts.push_back(band(row).narrow(2, row - first, last - row));
      row = last;
    }
    const auto joined = parts.size() == 1 ? parts[0] : at::cat(parts, 2);
    return joined.to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
  }

  void forget(int64_t row) {
    for (; forgotten_ < row / kBand; ++forgotten_) bands_[static_cast<size_t>(forgotten_)] = {};
  }

 private:
  Tensor& band(int64_t row) { return bands_.at(static_cast<size_t>(row / kBand)); }

  std::vector<Tensor> bands_;
  int64_t forgotten_ = 0;
};

void for_each_band(int64_t height, const std::function<void(int64_t top, int64_t bottom)>& visit) {
  for (int64_t top = 0; top < height; top += kBand) visit(top, std::min(height, top + kBand));
}

Tensor channels_last(const Tensor& rows) {
  return rows.to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
}

/// A layer of `in` before its norm.
Tall before_norm(const std::shared_ptr<NormedLayer>& layer, const Reach& reach, const Tall& in) {
  return through([layer](const Tensor& rows) { return layer->before_norm(rows); }, reach, in);
}

/// That, in fp16, and the moments of its fp32 numbers.
std::pair<Tall, Moments> kept(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                              const Tall& in) {
  const auto made = before_norm(layer, reach, in);
  const auto bands = std::make_shared<HalfBands>(made.height);
  Moments moments(layer->channels());
  for_each_band(made.height, [&](int64_t top, int64_t bottom) {
    const auto rows = channels_last(made.rows(top, bottom));
    moments.add(rows);
    bands->put(top, rows);
    in.forget(bottom * reach.down / reach.up - reach.before);
  });
  const Tall map{made.height,
                 [bands](int64_t top, int64_t bottom) { return bands->rows(top, bottom); },
                 [bands](int64_t row) { bands->forget(row); }};
  return {map, std::move(moments)};
}

Tall normed(const std::shared_ptr<NormedLayer>& layer, const Tall& before, Moments moments) {
  const auto rows = [layer, before, moments = std::move(moments)](int64_t top, int64_t bottom) {
    return layer->after_norm(moments, channels_last(before.rows(top, bottom)), After::kRelu, {});
  };
  return {before.height, rows, before.forget};
}

}  // namespace

Tall tall(const Tensor& map) {
  const auto rows = [map](int64_t top, int64_t bottom) {
    return channels_last(map.narrow(2, top, bottom - top));
  };
  return {map.size(2), rows};
}

Tall through(const std::function<Tensor(const Tensor&)>& layer, const Reach& reach,
             const Tall& in) {
  const auto rows = [=](int64_t top, int64_t bottom) {
    const auto [before, after, up, down] = reach;
    const int64_t first = std::max<int64_t>(0, top * down / up - before);
    const int64_t last = std::min(in.height, bottom * down / up + after);
    return layer(in.rows(first, last)).narrow(2, top - first * up / down, bottom - top);
  };
  return {in.height * reach.up / reach.down, rows};
}

Tall kept_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach, const Tall& in) {
  auto [map, moments] = kept(layer, reach, in);
  return normed(layer, map, std::move(moments));
}

Tall repeated_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach, const Tall& in) {
  const auto made = before_norm(layer, reach, in);
  Moments moments(layer->channels());
  for_each_band(made.height, [&](int64_t top, int64_t bottom) {
    moments.add(channels_last(made.rows(top, bottom)));
  });
  return normed(layer, made, std::move(moments));
}

void add_kept_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach, const Tall& in,
                    Tensor& to) {
  const auto [map, moments] = kept(layer, reach, in);
  for_each_band(map.height, [&, &map = map, &moments = moments](int64_t top, int64_t bottom) {
    auto rows = to.narrow(2, top, bottom - top);
    rows.copy_(layer->after_norm(moments, map.rows(top, bottom), After::kNothing, rows));
    map.forget(bottom);
  });
}

Tensor gathered(const Tall& map) {
  Tensor all;
  for_each_band(map.height, [&](int64_t top, int64_t bottom) {
    const auto rows = map.rows(top, bottom);
    if (!all.defined()) {
      all = at::empty({1, rows.size(1), map.height, rows.size(3)},
                      at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast));
    }
    all.narrow(2, top, bottom - top).copy_(rows);
    map.forget(bottom);
  });
  return all;
}

void limit_pixels_at_once(int64_t pixels) {
  most_pixels = pixels;
}

int64_t pixels_at_once() {
  return most_pixels;
}

}  // namespace ganvas
