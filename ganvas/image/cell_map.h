// The cells of a grid over a picture, and mosaics that grow over them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/image/comb.h"
#include "ganvas/image/steps.h"

namespace ganvas {

/// The cells of a grid over the whole picture. Refers to the steps, which must outlive it.
class CellMap {
 public:
  CellMap(const Steps& steps, const Comb& across, const Comb& down);

  const Steps& steps() const { return steps_; }
  int64_t columns() const { return static_cast<int64_t>(x_.size()) - 1; }
  int64_t rows() const { return static_cast<int64_t>(y_.size()) - 1; }
  Window cell(int64_t column, int64_t row) const;

  /// How much happens inside a cell, away from its border where blur may lie: the mean step, in
  /// levels. Nothing of cells that are too thin to say.
  double roughness(int64_t column, int64_t row) const;

  /// True if nothing happens inside a cell, or, where that is usual in this mosaic, only what is
  /// little beside the rise to its neighbours.
  bool is_flat(int64_t column, int64_t row, double usual) const;

  /// The mean rise across a cell's side, over three steps because blur spreads it; 0 at the border
  /// of the picture.
  double rise_right_of(const Window& w) const { return column_rise(w.right, w); }
  double rise_below(const Window& w) const { return row_rise(w.bottom, w); }

 private:
  double column_rise(int64_t x, const Window& w) const;
  double row_rise(int64_t y, const Window& w) const;

  std::vector<int64_t> x_, y_;
  const Steps& steps_;
};

/// The flat cells that hang together with those of the window, and what they enclose: a mask [H, W]
/// of 0 and 1.
Tensor grow_mosaic(const CellMap& cells, const Window& window);

}  // namespace ganvas
