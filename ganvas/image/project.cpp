// Holding a restored picture to what its mosaic says.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/project.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

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

Tensor project_cells(const Tensor& picture, const Tensor& means, const Mosaic& m, double top) {
  const int64_t height = picture.size(1), width = picture.size(2);
  const auto& g = m.grid;
  require(means.size(0) == picture.size(0) &&
              means.size(1) == (height + g.phase_y + g.cell_height - 1) / g.cell_height &&
              means.size(2) == (width + g.phase_x + g.cell_width - 1) / g.cell_width,
          "project: got means of shape ", means.sizes(), " for a picture of shape ",
          picture.sizes());
  auto result = picture.to(at::kFloat).contiguous().clone();
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
    const double mean = std::clamp((cells.const_data_ptr<double>()[i] + 1) / 2 * top, 0.0, top);
    const double sum = std::round(mean * static_cast<double>(levels.size()));
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

}  // namespace ganvas
