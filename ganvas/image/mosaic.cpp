// Pixelation: cells of one colour over a region, and the smooth way back that needs no learning.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/mosaic.h"

#include <algorithm>

#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

int64_t cells_along(int64_t length, int64_t phase, int64_t cell) {
  return (length + phase + cell - 1) / cell;
}

/// For each cell along one axis, the pixel at the centre of its visible part.
Tensor centres_along(int64_t length, int64_t phase, int64_t cell) {
  std::vector<int64_t> centres;
  for (int64_t k = 0; k < cells_along(length, phase, cell); ++k) {
    const int64_t begin = std::max<int64_t>(0, k * cell - phase);
    centres.push_back((begin + std::min(length, (k + 1) * cell - phase)) / 2);
  }
  return at::tensor(centres);
}

/// The image padded to whole cells: [C, rows * cell, columns * cell], zeros around it.
Tensor padded_to_cells(const Tensor& image, const Grid& g) {
  const int64_t height = image.size(1), width = image.size(2);
  auto padded =
      at::zeros({image.size(0), cells_along(height, g.phase_y, g.cell_height) * g.cell_height,
                 cells_along(width, g.phase_x, g.cell_width) * g.cell_width},
                image.options());
  padded.narrow(1, g.phase_y, height).narrow(2, g.phase_x, width).copy_(image);
  return padded;
}

/// The part of a padded image that is the image.
Tensor cut_out(const Tensor& padded, const Grid& g, int64_t height, int64_t width) {
  return padded.narrow(1, g.phase_y, height).narrow(2, g.phase_x, width);
}

Tensor cell_sums(const Tensor& padded, const Grid& g) {
  const int64_t rows = padded.size(1) / g.cell_height, columns = padded.size(2) / g.cell_width;
  const std::vector<int64_t> inside = {2, 4};
  return padded.reshape({padded.size(0), rows, g.cell_height, columns, g.cell_width}).sum(inside);
}

void require_grid(const Grid& g) {
  const bool is_grid =
      g.phase_x >= 0 && g.phase_x < g.cell_width && g.phase_y >= 0 && g.phase_y < g.cell_height;
  require(is_grid, "mosaic: got cells of ", g.cell_width, " x ", g.cell_height, " with phase ",
          g.phase_x, ", ", g.phase_y, ", expected 0 <= phase < cell");
}

/// For each pixel along one axis the number of its cell; cells cut to half and less join the next.
Tensor cell_numbers(int64_t length, int64_t phase, int64_t cell) {
  const int64_t last = cells_along(length, phase, cell) - 1;
  const auto visible = [&](int64_t k) {
    return std::min(length, (k + 1) * cell - phase) - std::max<int64_t>(0, k * cell - phase);
  };
  const bool first_joins = last > 0 && 2 * visible(0) <= cell;
  const bool last_joins = last > (first_joins ? 1 : 0) && 2 * visible(last) <= cell;
  std::vector<int64_t> numbers;
  for (int64_t x = 0; x < length; ++x) {
    int64_t k = (x + phase) / cell;
    if (k == 0 && first_joins) k = 1;
    if (k == last && last_joins) k = last - 1;
    numbers.push_back(k);
  }
  return at::tensor(numbers);
}

/// Sums of [C, H, W] over the cells that the pixels of rows and columns have.
Tensor sums_by_number(const Tensor& image, const Tensor& rows, const Tensor& columns) {
  const int64_t high = rows.max().item<int64_t>() + 1, wide = columns.max().item<int64_t>() + 1;
  const auto by_rows =
      at::zeros({image.size(0), high, image.size(2)}, image.options()).index_add(1, rows, image);
  return at::zeros({image.size(0), high, wide}, image.options()).index_add(2, columns, by_rows);
}

}  // namespace

Tensor cells_touching(const Tensor& region, const Grid& g) {
  require_grid(g);
  const auto chosen = cell_sums(padded_to_cells(region.gt(0.5).to(at::kFloat), g), g).gt(0);
  return spread_cells(chosen.to(at::kFloat), g, region.size(1), region.size(2)).contiguous();
}

Tensor hide_in_cells(const Tensor& image, const Mosaic& m) {
  const auto& g = m.grid;
  const auto rows = cell_numbers(image.size(1), g.phase_y, g.cell_height);
  const auto columns = cell_numbers(image.size(2), g.phase_x, g.cell_width);
  const auto count = sums_by_number(at::ones_like(image.narrow(0, 0, 1)), rows, columns);
  const auto means = sums_by_number(image, rows, columns) / count.clamp_min(1);
  const auto spread = means.index_select(1, rows).index_select(2, columns);
  return at::where(m.mask > 0.5, spread, image);
}

Tensor cells_of_region(const Tensor& region, const Grid& g) {
  require_grid(g);
  const int64_t height = region.size(1), width = region.size(2);
  const auto chosen = region.gt(0.5)
                          .to(at::kFloat)
                          .index_select(1, centres_along(height, g.phase_y, g.cell_height))
                          .index_select(2, centres_along(width, g.phase_x, g.cell_width));
  return spread_cells(chosen, g, height, width).contiguous();
}

Tensor cell_means(const Tensor& image, const Grid& g) {
  auto ones = image.narrow(0, 0, 1).clone();
  ones.fill_(1);
  return cell_sums(padded_to_cells(image, g), g) / cell_sums(padded_to_cells(ones, g), g);
}

Tensor spread_cells(const Tensor& cells, const Grid& g, int64_t height, int64_t width) {
  const auto spread =
      cells.repeat_interleave(g.cell_height, /*dim=*/1).repeat_interleave(g.cell_width, 2);
  return cut_out(spread, g, height, width);
}

Tensor pixelate(const Tensor& image, const Mosaic& m) {
  const auto means = cell_means(image, m.grid);
  const auto spread = spread_cells(means, m.grid, image.size(1), image.size(2));
  return at::where(m.mask > 0.5, spread, image);
}

Tensor smooth_cells(const Tensor& pixelated, const Mosaic& m) {
  const auto means = cell_means(pixelated, m.grid);
  const std::vector<int64_t> size = {means.size(1) * m.grid.cell_height,
                                     means.size(2) * m.grid.cell_width};
  const auto spread =
      at::upsample_bicubic2d(means.unsqueeze(0), at::IntArrayRef(size), /*align_corners=*/false)
          .squeeze(0)
          .clamp(-1, 1);
  return at::where(m.mask > 0.5, cut_out(spread, m.grid, pixelated.size(1), pixelated.size(2)),
                   pixelated);
}

}  // namespace ganvas
