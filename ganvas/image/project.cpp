// Holding a restored image to what its mosaic says.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/project.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "ganvas/core/error.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

/// Of the deviation of pixels from their cell's mean, how far that mean is taken to lie from the
/// truth at most. Of restored JPEGs it kept PSNR where holding fully did, and SSIM where not holding
/// did (docs/results/restoration.md).
constexpr double kSlackOfDeviation = 0.5;

double sum_moved(const std::vector<double>& levels, double by, double top) {
  double sum = 0;
  for (const double level : levels) sum += std::clamp(level + by, 0.0, top);
  return sum;
}

/// Moves all levels by the amount that gives them this sum, within [0, top].
void move_to_sum(std::vector<double>& levels, double sum, double top) {
  constexpr int kHalvings = 60;
  double low = -top, high = top;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (sum_moved(levels, middle, top) < sum ? low : high) = middle;
  }
  for (auto& level : levels) level = std::clamp(level + high, 0.0, top);
}

/// Rounds levels so that they have this sum: down, and up where most was cut off.
void round_to_sum(std::vector<double>& levels, int64_t sum) {
  std::vector<double> cut_off(levels.size());
  for (size_t i = 0; i < levels.size(); ++i) {
    const double whole = std::floor(levels[i]);
    cut_off[i] = levels[i] - whole;
    levels[i] = whole;
    sum -= static_cast<int64_t>(whole);
  }
  std::vector<size_t> order(levels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return cut_off[a] > cut_off[b]; });
  const auto ups = std::clamp<int64_t>(sum, 0, static_cast<int64_t>(levels.size()));
  for (int64_t i = 0; i < ups; ++i) levels[order[static_cast<size_t>(i)]] += 1;
}

}  // namespace

Tensor project_cells(const Tensor& image, const Tensor& means, const Mosaic& m, double top,
                     double slack) {
  const int64_t height = image.size(1), width = image.size(2);
  const auto& g = m.grid;
  require(means.size(0) == image.size(0) &&
              means.size(1) == (height + g.phase_y + g.cell_height - 1) / g.cell_height &&
              means.size(2) == (width + g.phase_x + g.cell_width - 1) / g.cell_width,
          "project: got means of shape ", means.sizes(), " for an image of shape ", image.sizes());
  auto result = image.to(at::kFloat).contiguous().clone();
  const auto mask = m.mask.contiguous();
  const auto cells = means.to(at::kDouble).contiguous();
  const auto* inside = mask.const_data_ptr<float>();
  std::vector<double> levels;
  for (int64_t i = 0; i < cells.numel(); ++i) {
    const int64_t columns = cells.size(2), rows = cells.size(1);
    const int64_t column = i % columns, row = i / columns % rows, channel = i / columns / rows;
    const int64_t x0 = std::max<int64_t>(0, column * g.cell_width - g.phase_x);
    const int64_t x1 = std::min(width, (column + 1) * g.cell_width - g.phase_x);
    const int64_t y0 = std::max<int64_t>(0, row * g.cell_height - g.phase_y);
    const int64_t y1 = std::min(height, (row + 1) * g.cell_height - g.phase_y);
    if (inside[y0 * width + x0] < 0.5) continue;
    auto* numbers = result.data_ptr<float>() + channel * height * width;
    levels.clear();
    for (int64_t y = y0; y < y1; ++y) {
      for (int64_t x = x0; x < x1; ++x) {
        levels.push_back((numbers[y * width + x] + 1.0) / 2 * top);
      }
    }
    const auto count = static_cast<double>(levels.size());
    const double given = std::clamp((cells.const_data_ptr<double>()[i] + 1) / 2 * top, 0.0, top);
    const double now = std::accumulate(levels.begin(), levels.end(), 0.0) / count;
    const double sum = std::round(std::clamp(now, given - slack, given + slack) * count);
    move_to_sum(levels, sum, top);
    round_to_sum(levels, static_cast<int64_t>(sum));
    size_t next = 0;
    for (int64_t y = y0; y < y1; ++y) {
      for (int64_t x = x0; x < x1; ++x) {
        numbers[y * width + x] = static_cast<float>(levels[next++] / top * 2 - 1);
      }
    }
  }
  return result;
}

double cell_slack(const Tensor& pixelated, const Mosaic& m, double top) {
  const auto means =
      spread_cells(cell_means(pixelated, m.grid), m.grid, m.mask.size(1), m.mask.size(2));
  const auto inside = cell_means(m.mask, m.grid)[0].gt(0.5);
  const auto variances = cell_means((pixelated - means).square(), m.grid).mean(0);
  if (!inside.any().item<bool>()) return 0;
  // Of the median, since a few cells of a mosaic that was found may be none.
  const double variance = variances.masked_select(inside).median().item<double>();
  const double deviation = std::sqrt(variance) / 2 * top;
  constexpr double kRounding = 0.3;  // deviation of what is but rounded to whole levels
  return deviation <= kRounding ? 0 : kSlackOfDeviation * deviation;
}

Tensor project_to_cells(const Tensor& image, const Tensor& pixelated, const Mosaic& m, double top) {
  return project_cells(image, cell_means(pixelated, m.grid), m, top, cell_slack(pixelated, m, top));
}

Tensor project_to_reduction(const Tensor& image, const Tensor& small) {
  const int64_t scale = image.size(1) / small.size(1);
  require(image.size(1) == scale * small.size(1) && image.size(2) == scale * small.size(2),
          "hold: got ", image.size(2), " x ", image.size(1), " pixels, expected a multiple of ",
          small.size(2), " x ", small.size(1));
  constexpr int64_t kRounds = 10, kReachOfRound = 4;
  static_assert(kRounds * kReachOfRound == kHoldReach);
  auto held = image;
  for (int64_t i = 0; i < kRounds; ++i) {
    const auto missing = (small - shrink(held, scale)) / 2;  // in [-1, 1], as resize() wants it
    held = (held + 2 * resize(missing, image.size(1), image.size(2))).clamp(-1, 1);
  }
  return held;
}

}  // namespace ganvas
