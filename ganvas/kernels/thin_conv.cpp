// Convolutions between a map of few channels and one of many, on tiles.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/kernels/thin_conv.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/kernels/private/bf16_conv.h"
#include "ganvas/kernels/private/fold.h"
#include "ganvas/kernels/private/tile_passes.h"

namespace ganvas::kernels {
namespace {

/// A thin map with what surrounds it, as a map [N, 32, H + 2 padding, W + 2 padding - kernel + 1]
/// whose every pixel's channels are those under a row of the window: pixels overlap in memory.
Tensor rows_of_windows(const Tensor& map, const Window& window) {
  const int64_t images = map.size(0), channels = map.size(1);
  const int64_t height = map.size(2) + 2 * window.padding, width = map.size(3) + 2 * window.padding;
  const auto rows = pixels_at(height, map.size(2), window.padding, window.edge);
  const auto cols = pixels_at(width, map.size(3), window.padding, window.edge);
  // The last pixel's channels reach beyond it.
  const auto padded =
      at::zeros({images * height * width * channels + kChannelBlock}, at::kBFloat16);
  const auto* from = map.const_data_ptr<Bf16>();
  auto* to = padded.mutable_data_ptr<Bf16>();
  at::parallel_for(0, images * height, 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int32_t row = rows[i % height];
      if (row < 0) continue;
      const auto* line = from + (i / height * map.size(2) + row) * map.size(3) * channels;
      for (int64_t col = 0; col < width; ++col) {
        if (cols[col] < 0) continue;
        std::copy_n(line + cols[col] * channels, channels, to + (i * width + col) * channels);
      }
    }
  });
  return padded.as_strided({images, kChannelBlock, height, width - window.kernel + 1},
                           {height * width * channels, 1, width * channels, channels});
}

/// Its adjoint but for the padding: [N, 32, H, W] to [N, channels, H, W + kernel - 1].
Tensor overlapped(const Tensor& windows, int64_t channels, int64_t kernel) {
  const int64_t images = windows.size(0), height = windows.size(2), width = windows.size(3);
  auto thin = at::empty({images, channels, height, width + kernel - 1},
                        windows.options().memory_format(at::MemoryFormat::ChannelsLast));
  const int64_t line = thin.size(3) * channels, numbers = kernel * channels;
  const auto* from = windows.const_data_ptr<Bf16>();
  auto* to = thin.mutable_data_ptr<Bf16>();
  at::parallel_for(0, images * height, 16, [&](int64_t begin, int64_t end) {
    std::vector<float> sums(line);
    for (int64_t row = begin; row < end; ++row) {
      std::fill(sums.begin(), sums.end(), 0.0F);
      for (int64_t col = 0; col < width; ++col) {
        const auto* window = from + (row * width + col) * kChannelBlock;
        for (int64_t i = 0; i < numbers; ++i) sums[col * channels + i] += window[i];
      }
      std::copy(sums.begin(), sums.end(), to + row * line);
    }
  });
  return thin;
}

/// [K, C, k, k] as the weight [K, 32, k] of a convolution over rows of windows.
Tensor widened(const Tensor& weight) {
  const auto rows = weight.permute({0, 3, 1, 2}).flatten(1, 2);  // [K, k * C, k]
  return at::constant_pad_nd(rows, {0, 0, 0, kChannelBlock - rows.size(1)});
}

/// Its adjoint.
Tensor narrowed(const Tensor& wide, at::IntArrayRef sizes) {
  const int64_t channels = sizes[1], kernel = sizes[2];
  return wide.narrow(1, 0, kernel * channels)
      .view({sizes[0], kernel, channels, kernel})
      .permute({0, 2, 3, 1})
      .contiguous();
}

Tensor to_many(const Tensor& thin, const Tensor& weight, const Tensor& bias, const Window& window) {
  const auto windows = rows_of_windows(thin, window);
  const auto plan = TilePlan::of_rows(window.kernel, ConvWay::kPlain);
  return pass({windows}, packed(widened(weight), plan), {bias}, plan,
              {windows.size(2) - window.kernel + 1, windows.size(3)});
}

Tensor to_few(const Tensor& map, const Tensor& weight, const Window& window) {
  const auto plan = TilePlan::of_rows(window.kernel, ConvWay::kTransposed);
  const auto windows = pass({map}, packed(widened(weight), plan), {}, plan,
                            {map.size(2) + window.kernel - 1, map.size(3)});
  const auto padded = overlapped(windows, weight.size(1), window.kernel);
  const int64_t rim = window.padding;
  if (window.edge == Edge::kReflect) return fold(padded, rim);
  return padded.narrow(2, rim, padded.size(2) - 2 * rim).narrow(3, rim, padded.size(3) - 2 * rim);
}

class ThinConv final : public Bf16Conv {
 public:
  using Bf16Conv::Bf16Conv;

  Tensor forward(const Tensor& x, const Tensor& weight, const Tensor& bias) const override {
    if (is_plain()) return to_many(x, weight, bias, window());
    const auto y = to_few(x, weight, window());
    return bias.defined() ? y + bias.to(at::kBFloat16).view({1, -1, 1, 1}) : y;
  }
  Tensor input_gradient(const Tensor& dy, const Tensor& weight, at::IntArrayRef) const override {
    return is_plain() ? to_few(dy, weight, window()) : to_many(dy, weight, {}, window());
  }
  Tensor weight_gradient(const Tensor& dy, const Tensor& x, at::IntArrayRef sizes) const override {
    const auto &thin = is_plain() ? x : dy, &wide = is_plain() ? dy : x;
    const auto plan = TilePlan::of_rows(window().kernel, ConvWay::kPlain);
    return narrowed(filter_gradient(rows_of_windows(thin, window()), wide, plan), sizes);
  }
};

bool fits(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way) {
  return weight.size(0) % kChannelBlock == 0 && weight.size(1) * window.kernel <= kChannelBlock &&
         window.stride == 1 && window.output_padding == 0 &&
         window.fits(std::min(x.size(2), x.size(3)), way);
}

}  // namespace

bool thin_conv_wins(const Tensor& x, const Tensor& weight, const Window& window, ConvWay way) {
  return tiles_are_wanted(x, weight) && fits(x, weight, window, way);
}

Tensor thin_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Window& window,
                 ConvWay way) {
  require(x.dim() == 4 && weight.dim() == 4 && weight.size(2) == window.kernel &&
              weight.size(3) == window.kernel &&
              x.size(1) == weight.size(way == ConvWay::kPlain ? 1 : 0) &&
              fits(x, weight, window, way),
          "thin convolution: got a map of ", x.sizes(), " for a weight of ", weight.sizes(),
          ", expected [K, C, k, k] with K a multiple of ", kChannelBlock,
          ", C * k at most that, "
          "stride 1 and a map that the window fits");
  return apply(c10::make_intrusive<ThinConv>(window, way), x, weight, bias);
}

}  // namespace ganvas::kernels
