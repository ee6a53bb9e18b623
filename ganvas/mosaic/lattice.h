// The lines of a grid over an image, and the cells between them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "ganvas/core/tensor.h"
#include "ganvas/mosaic/comb.h"
#include "ganvas/mosaic/pixel_rect.h"

namespace ganvas {

/// The cells of a grid over a whole image; those at its border may be cut. Lines lie between whole
/// pixels, those nearest to the grid's.
class Lattice {
 public:
  Lattice(const Comb& across, const Comb& down, int64_t width, int64_t height);

  const Comb& across() const { return across_; }
  const Comb& down() const { return down_; }
  int64_t columns() const { return static_cast<int64_t>(x_.size()) - 1; }
  int64_t rows() const { return static_cast<int64_t>(y_.size()) - 1; }
  int64_t count() const { return columns() * rows(); }

  /// Cells are numbered row by row.
  PixelRect cell(int64_t number) const;
  int64_t at(int64_t x, int64_t y) const;

  /// The neighbour of a cell; -1 beyond the image.
  enum class Side { kLeft, kRight, kAbove, kBelow };
  static constexpr Side kSides[] = {Side::kLeft, Side::kRight, Side::kAbove, Side::kBelow};
  int64_t beside(int64_t number, Side side) const;

 private:
  Comb across_, down_;
  std::vector<int64_t> x_, y_;
};

/// Draws cells into a mask [1, H, W]: 1 where they are.
void draw_cells(const Lattice& lattice, const std::vector<int64_t>& cells, Tensor& mask);

/// The comb on which fields lie along an axis; none if most do not lie on one.
///   lines: where fields begin and end, once for each field
///   sides: what they measure: mostly one cell, some two or more
std::optional<Comb> comb_through(std::vector<int64_t> lines, const std::vector<int64_t>& sides);

}  // namespace ganvas
