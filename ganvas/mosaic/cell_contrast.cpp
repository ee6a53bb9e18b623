// How the sides of a lattice's cells stand out from their inside.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/cell_contrast.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ganvas {
namespace {

/// Pixels at each end of a cell's side that blur may reach.
int64_t margin(int64_t side) {
  return side >= 8 ? 2 : side >= 4 ? 1 : 0;
}

}  // namespace

double CellContrast::on_side(const PixelRect& w, Lattice::Side side) const {
  using Side = Lattice::Side;
  const int64_t x_margin = margin(w.width()), y_margin = margin(w.height());
  // Nothing beyond the image's border.
  const auto column = [&](int64_t x) {
    if (x <= 0 || x >= steps_.width()) return 0.0;
    return steps_.across({x, w.top + y_margin, x + 1, w.bottom - y_margin});
  };
  const auto row = [&](int64_t y) {
    if (y <= 0 || y >= steps_.height()) return 0.0;
    return steps_.down({w.left + x_margin, y, w.right - x_margin, y + 1});
  };
  switch (side) {
    case Side::kLeft:
      return column(w.left);
    case Side::kRight:
      return column(w.right);
    case Side::kAbove:
      return row(w.top);
    case Side::kBelow:
      return row(w.bottom);
  }
  return 0;
}

double CellContrast::inside(int64_t cell) const {
  const auto w = lattice_.cell(cell);
  const int64_t x = margin(w.width()), y = margin(w.height());
  const PixelRect core{w.left + x, w.top + y, w.right - x, w.bottom - y};
  return (steps_.across({core.left + 1, core.top, core.right, core.bottom}) +
          steps_.down({core.left, core.top + 1, core.right, core.bottom})) /
         2;
}

double CellContrast::of(int64_t cell) const {
  constexpr double kNothing = 0.25;
  const auto w = lattice_.cell(cell);
  std::array<double, 4> on{};
  for (size_t i = 0; i < on.size(); ++i) on[i] = on_side(w, Lattice::kSides[i]);
  std::sort(on.begin(), on.end());
  const double middle = std::sqrt((on[1] + kNothing) * (on[2] + kNothing));
  return std::log(middle / (inside(cell) + kNothing));
}

}  // namespace ganvas
