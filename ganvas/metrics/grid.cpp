// The grids that layers of enlargement leave in pictures.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/grid.h"

#include <array>
#include <cmath>

#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/hann_window.h>

#include "ganvas/core/luma.h"

namespace ganvas {
namespace {

constexpr int64_t kTileWidth = 240, kTileHeight = 160, kLargestPeriod = 8;
constexpr int64_t kLeastSide = 64;
constexpr int64_t kOn = 1;                            // bins each side that belong to a frequency
constexpr int64_t kBesideFirst = 4, kBesideLast = 7;  // bins away, of what it is compared with

/// The sides of a tile: multiples of the largest period.
int64_t tile_side(int64_t side, int64_t most) {
  return std::min(side, most) / kLargestPeriod * kLargestPeriod;
}

/// The sum of logarithms over the frequencies of a spectrum's power [n], and how many there are.
struct Logs {
  double sum = 0;
  int64_t count = 0;
};

void add_frequencies(Logs& logs, const Tensor& power) {
  const auto* p = power.const_data_ptr<double>();
  const int64_t n = power.size(0);
  const auto mean_of = [&](int64_t first, int64_t last) {
    double sum = 0;
    for (int64_t i = first; i <= last; ++i) sum += p[i];
    return sum / static_cast<double>(last - first + 1);
  };
  for (const int64_t period : {2, 4, 8}) {
    for (int64_t k = 1; k <= period / 2; ++k) {
      const int64_t c = k * n / period;
      if (c == n / 2 && period != 2) continue;  // counted with period 2
      const double below = mean_of(c - kBesideLast, c - kBesideFirst);
      const bool has_above = c + kBesideLast < n;
      const double above = has_above ? mean_of(c + kBesideFirst, c + kBesideLast) : below;
      const double beside = (below + above) / 2, on = mean_of(c - kOn, c + kOn);
      if (beside <= 0 || on <= 0) continue;
      logs.sum += std::log(on / beside);
      ++logs.count;
    }
  }
}

/// tile: [h, w] double
void add_tile(Logs& logs, const Tensor& tile) {
  const auto window = [&](int64_t n) {
    return at::hann_window(n, /*periodic=*/false, tile.options());
  };
  const auto shown =
      (tile - tile.mean()) * window(tile.size(0)).unsqueeze(1) * window(tile.size(1));
  const auto power = at::fft_fft2(shown).abs().square();
  for (const int64_t other : {0, 1}) add_frequencies(logs, power.sum(other).contiguous());
}

}  // namespace

std::optional<double> grid_energy(const Tensor& picture) {
  const auto x = picture.to(at::kDouble);
  const auto grey = (x.size(0) == 1 ? x : luma(x))[0];
  const int64_t height = tile_side(grey.size(0), kTileHeight);
  const int64_t width = tile_side(grey.size(1), kTileWidth);
  if (std::min(height, width) < kLeastSide) return {};
  Logs logs;
  for (int64_t top = 0; top + height <= grey.size(0); top += height) {
    for (int64_t left = 0; left + width <= grey.size(1); left += width) {
      add_tile(logs, grey.narrow(0, top, height).narrow(1, left, width));
    }
  }
  if (logs.count == 0) return {};
  return std::exp(logs.sum / static_cast<double>(logs.count));
}

}  // namespace ganvas
