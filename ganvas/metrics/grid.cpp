// The grids that layers of enlargement leave in images.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/grid.h"

#include <cmath>
#include <span>

#include "ganvas/core/grid_spectrum.h"
#include "ganvas/core/luma.h"

namespace ganvas {
namespace {

constexpr int64_t kTileWidth = 240, kTileHeight = 160;
constexpr double kLeastContrast = 1e-6;  // below it a tile shows rounding alone

int64_t tile_side(int64_t side, int64_t most) {
  return std::min(side, most) / kGridPeriod * kGridPeriod;
}

}  // namespace

std::optional<double> grid_energy(const Tensor& image) {
  const auto x = image.to(at::kDouble);
  const auto grey = x.size(0) == 1 ? x : luma(x);
  const int64_t height = tile_side(grey.size(1), kTileHeight);
  const int64_t width = tile_side(grey.size(2), kTileWidth);
  if (std::min(height, width) < kLeastGridSide) return {};
  std::vector<double> ratios;
  for (int64_t top = 0; top + height <= grey.size(1); top += height) {
    for (int64_t left = 0; left + width <= grey.size(2); left += width) {
      const auto tile = grey.narrow(1, top, height).narrow(2, left, width);
      if (tile.max().item<double>() - tile.min().item<double>() < kLeastContrast) continue;
      const auto logs = grid_log_ratios(tile, /*noise=*/0);
      for (const double log : std::span(logs.const_data_ptr<double>(), logs.numel())) {
        if (std::isfinite(log)) ratios.push_back(std::exp(log));  // else of a flat tile
      }
    }
  }
  return geometric_mean(ratios);
}

std::optional<double> geometric_mean(const std::vector<double>& values) {
  if (values.empty()) return {};
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace ganvas
