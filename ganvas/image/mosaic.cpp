// Pixelation: cells of one colour over a region, and the smooth way back that needs no learning.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/mosaic.h"

#include <algorithm>

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

/// The picture laid into whole cells: [C, rows * cell, columns * cell], zeros around it.
Tensor laid_in_cells(const Tensor& picture, const Grid& g) {
  const int64_t height = picture.size(1), width = picture.size(2);
  auto laid =
      at::zeros({picture.size(0), cells_along(height, g.phase_y, g.cell_height) * g.cell_height,
                 cells_along(width, g.phase_x, g.cell_width) * g.cell_width},
                picture.options());
  laid.narrow(1, g.phase_y, height).narrow(2, g.phase_x, width).copy_(picture);
  return laid;
}

/// The part of a laid-out picture that is the picture.
Tensor cut_out(const Tensor& laid, const Grid& g, int64_t height, int64_t width) {
  return laid.narrow(1, g.phase_y, height).narrow(2, g.phase_x, width);
}

Tensor cell_sums(const Tensor& laid, const Grid& g) {
  const int64_t rows = laid.size(1) / g.cell_height, columns = laid.size(2) / g.cell_width;
  const std::vector<int64_t> inside = {2, 4};
  return laid.reshape({laid.size(0), rows, g.cell_height, columns, g.cell_width}).sum(inside);
}

}  // namespace

Tensor cells_of_region(const Tensor& region, const Grid& g) {
  const bool is_grid =
      g.phase_x >= 0 && g.phase_x < g.cell_width && g.phase_y >= 0 && g.phase_y < g.cell_height;
  require(is_grid, "mosaic: got cells of ", g.cell_width, " x ", g.cell_height, " with phase ",
          g.phase_x, ", ", g.phase_y, ", expected 0 <= phase < cell");
  const int64_t height = region.size(1), width = region.size(2);
  const auto chosen = region.gt(0.5)
                          .to(at::kFloat)
                          .index_select(1, centres_along(height, g.phase_y, g.cell_height))
                          .index_select(2, centres_along(width, g.phase_x, g.cell_width));
  return spread_cells(chosen, g, height, width).contiguous();
}

Tensor cell_means(const Tensor& picture, const Grid& g) {
  auto ones = picture.narrow(0, 0, 1).clone();
  ones.fill_(1);
  return cell_sums(laid_in_cells(picture, g), g) / cell_sums(laid_in_cells(ones, g), g);
}

Tensor spread_cells(const Tensor& cells, const Grid& g, int64_t height, int64_t width) {
  const auto spread =
      cells.repeat_interleave(g.cell_height, /*dim=*/1).repeat_interleave(g.cell_width, 2);
  return cut_out(spread, g, height, width);
}

Tensor pixelate(const Tensor& picture, const Mosaic& m) {
  const auto means = cell_means(picture, m.grid);
  const auto spread = spread_cells(means, m.grid, picture.size(1), picture.size(2));
  return at::where(m.mask > 0.5, spread, picture);
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
