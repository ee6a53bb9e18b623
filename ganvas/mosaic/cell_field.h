// Which cells of a window of a lattice are in something, and what hangs together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "ganvas/mosaic/lattice.h"

namespace ganvas {

/// Cells of a lattice from a column and row on.
struct CellWindow {
  int64_t left = 0, top = 0, width = 0, height = 0;  // in cells

  size_t index(int64_t x, int64_t y) const { return static_cast<size_t>(y * width + x); }
  bool holds(int64_t x, int64_t y) const { return x >= 0 && y >= 0 && x < width && y < height; }

  /// The lattice's number of the cell at a place of the window.
  int64_t cell(const Lattice& lattice, int64_t x, int64_t y) const {
    return (top + y) * lattice.columns() + left + x;
  }
};

/// The window of some cells, and `more` around them, as far as the lattice goes.
CellWindow window_around(const Lattice& lattice, const std::vector<int64_t>& cells, int64_t more);

/// Each cell of a window in or out.
class CellField {
 public:
  explicit CellField(const CellWindow& window)
      : window_(window), is_in_(static_cast<size_t>(window.width * window.height), false) {}

  bool is_in(int64_t x, int64_t y) const { return is_in_[window_.index(x, y)]; }
  void set(int64_t x, int64_t y, bool is_in) { is_in_[window_.index(x, y)] = is_in; }

  /// How many of the eight neighbours are in, those beside counting twice; and the most there are.
  std::pair<double, double> neighbours_in(int64_t x, int64_t y) const;

  /// One round in which each cell goes with its own log odds and with its neighbours (iterated conditional modes;
  /// Besag, J. R. Stat. Soc. B 1986). False if none changed.
  ///   odds: by CellWindow::index();  weight: of neighbours that are all in
  bool relax(const std::function<double(size_t)>& odds, double weight);

 private:
  CellWindow window_;
  std::vector<bool> is_in_;
};

/// Those of the cells that are in, and all that are and hang together with them by their sides, ascending.
std::vector<int64_t> connected_cells(const Lattice& lattice, const std::vector<int64_t>& cells,
                                     const std::function<bool(int64_t)>& is_in);

}  // namespace ganvas
