// Which cells of a window of a lattice are in something, and what hangs together.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/cell_field.h"

#include <algorithm>

namespace ganvas {

CellWindow window_around(const Lattice& lattice, const std::vector<int64_t>& cells, int64_t more) {
  int64_t left = lattice.columns(), right = 0, top = lattice.rows(), bottom = 0;
  for (const auto cell : cells) {
    left = std::min(left, cell % lattice.columns());
    right = std::max(right, cell % lattice.columns() + 1);
    top = std::min(top, cell / lattice.columns());
    bottom = std::max(bottom, cell / lattice.columns() + 1);
  }
  left = std::max<int64_t>(0, left - more);
  top = std::max<int64_t>(0, top - more);
  right = std::min(lattice.columns(), right + more);
  bottom = std::min(lattice.rows(), bottom + more);
  return {left, top, right - left, bottom - top};
}

std::pair<double, double> CellField::neighbours_in(int64_t x, int64_t y) const {
  double in = 0, all = 0;
  for (int64_t dy = -1; dy <= 1; ++dy) {
    for (int64_t dx = -1; dx <= 1; ++dx) {
      if ((dx == 0 && dy == 0) || !window_.holds(x + dx, y + dy)) continue;
      const double weight = dx == 0 || dy == 0 ? 2 : 1;
      all += weight;
      if (is_in(x + dx, y + dy)) in += weight;
    }
  }
  return {in, all};
}

bool CellField::relax(const std::function<double(size_t)>& odds, double weight) {
  bool has_changed = false;
  for (int64_t y = 0; y < window_.height; ++y) {
    for (int64_t x = 0; x < window_.width; ++x) {
      const auto [count, all] = neighbours_in(x, y);
      const double neighbours_say = all > 0 ? 2 * count / all - 1 : 0;
      const bool goes_in = odds(window_.index(x, y)) + weight * neighbours_say > 0;
      if (goes_in == is_in(x, y)) continue;
      set(x, y, goes_in);
      has_changed = true;
    }
  }
  return has_changed;
}

std::vector<int64_t> connected_cells(const Lattice& lattice, const std::vector<int64_t>& cells,
                                     const std::function<bool(int64_t)>& is_in) {
  std::vector<bool> is_seen(static_cast<size_t>(lattice.count()), false);
  std::vector<int64_t> todo, found;
  const auto see = [&](int64_t cell) {
    if (cell < 0 || is_seen[static_cast<size_t>(cell)]) return;
    is_seen[static_cast<size_t>(cell)] = true;
    if (is_in(cell)) todo.push_back(cell);
  };
  for (const auto cell : cells) see(cell);
  while (!todo.empty()) {
    const auto cell = todo.back();
    todo.pop_back();
    found.push_back(cell);
    for (const auto side : Lattice::kSides) see(lattice.beside(cell, side));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ganvas
