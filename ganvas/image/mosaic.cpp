// Pixelation: cells of one colour over a region, and the smooth way back that needs no learning.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/mosaic.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

int64_t cells_along(int64_t length, int64_t phase, int64_t cell) {
  return (length + phase + cell - 1) / cell;
}

/// 1 for the cells along one axis whose visible part has its centre in [first, behind).
std::vector<float> chosen_pixels(int64_t length, int64_t phase, int64_t cell, int64_t first,
                                 int64_t behind) {
  std::vector<float> chosen(static_cast<size_t>(length), 0.F);
  for (int64_t k = 0; k < cells_along(length, phase, cell); ++k) {
    const int64_t begin = std::max<int64_t>(0, k * cell - phase);
    const int64_t end = std::min(length, (k + 1) * cell - phase);
    const double centre = 0.5 * static_cast<double>(begin + end);
    if (centre < static_cast<double>(first) || centre >= static_cast<double>(behind)) continue;
    std::fill(chosen.begin() + begin, chosen.begin() + end, 1.F);
  }
  return chosen;
}

Tensor row_of(const std::vector<float>& values) {
  auto row = at::zeros({static_cast<int64_t>(values.size())});
  std::copy(values.begin(), values.end(), row.data_ptr<float>());
  return row;
}

/// The picture laid into whole cells: [C, rows * cell, columns * cell], zeros around it.
Tensor laid_in_cells(const Tensor& picture, const Mosaic& m) {
  const int64_t height = picture.size(1), width = picture.size(2);
  auto laid = at::zeros({picture.size(0), cells_along(height, m.phase_y, m.cell) * m.cell,
                         cells_along(width, m.phase_x, m.cell) * m.cell});
  laid.narrow(1, m.phase_y, height).narrow(2, m.phase_x, width).copy_(picture);
  return laid;
}

/// The part of a laid-out picture that is the picture.
Tensor cut_out(const Tensor& laid, const Mosaic& m, int64_t height, int64_t width) {
  return laid.narrow(1, m.phase_y, height).narrow(2, m.phase_x, width);
}

Tensor cell_sums(const Tensor& laid, int64_t cell) {
  const int64_t rows = laid.size(1) / cell, columns = laid.size(2) / cell;
  const std::vector<int64_t> inside = {2, 4};
  return laid.reshape({laid.size(0), rows, cell, columns, cell}).sum(inside);
}

}  // namespace

Mosaic random_mosaic(int64_t height, int64_t width, int64_t least_cell, int64_t most_cell,
                     Random& random) {
  Mosaic m;
  m.cell = random.integer(least_cell, most_cell);
  m.phase_x = random.integer(0, m.cell - 1);
  m.phase_y = random.integer(0, m.cell - 1);
  const auto side = [&](int64_t length) {
    return std::lround((0.5 + 0.5 * random.uniform()) * static_cast<double>(length));
  };
  const int64_t region_width = side(width), region_height = side(height);
  m.left = random.integer(0, width - region_width);
  m.top = random.integer(0, height - region_height);
  m.right = m.left + region_width;
  m.bottom = m.top + region_height;
  return m;
}

Tensor mosaic_mask(const Mosaic& m, int64_t height, int64_t width) {
  require(
      m.cell >= 1 && m.phase_x >= 0 && m.phase_x < m.cell && m.phase_y >= 0 && m.phase_y < m.cell,
      "mosaic: got cell ", m.cell, " with phase ", m.phase_x, ", ", m.phase_y,
      ", expected 0 <= phase < cell");
  const auto across = row_of(chosen_pixels(width, m.phase_x, m.cell, m.left, m.right));
  const auto down = row_of(chosen_pixels(height, m.phase_y, m.cell, m.top, m.bottom));
  return (down.unsqueeze(1) * across.unsqueeze(0)).unsqueeze(0);
}

Tensor cell_means(const Tensor& picture, const Mosaic& m) {
  auto ones = picture.narrow(0, 0, 1).clone();
  ones.fill_(1);
  return cell_sums(laid_in_cells(picture, m), m.cell) / cell_sums(laid_in_cells(ones, m), m.cell);
}

Tensor pixelate(const Tensor& picture, const Mosaic& m) {
  const int64_t height = picture.size(1), width = picture.size(2);
  const auto means = cell_means(picture, m);
  const auto spread = means.repeat_interleave(m.cell, /*dim=*/1).repeat_interleave(m.cell, 2);
  const auto mask = mosaic_mask(m, height, width);
  return at::where(mask > 0.5, cut_out(spread, m, height, width), picture);
}

Tensor smooth_cells(const Tensor& pixelated, const Mosaic& m) {
  const int64_t height = pixelated.size(1), width = pixelated.size(2);
  const auto means = cell_means(pixelated, m);
  const std::vector<int64_t> size = {means.size(1) * m.cell, means.size(2) * m.cell};
  const auto spread =
      at::upsample_bicubic2d(means.unsqueeze(0), at::IntArrayRef(size), /*align_corners=*/false)
          .squeeze(0)
          .clamp(-1, 1);
  const auto mask = mosaic_mask(m, height, width);
  return at::where(mask > 0.5, cut_out(spread, m, height, width), pixelated);
}

}  // namespace ganvas
