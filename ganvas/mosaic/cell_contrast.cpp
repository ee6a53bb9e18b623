// How the sides of a lattice's cells stand out from their inside.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/cell_contrast.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ganvas {

double CellContrast::on_side(const PixelRect& w, Lattice::Side side) const {
  using Side = Lattice::Side;
  const auto core = unblurred_core(w);
  // Nothing beyond the image's border.
  const auto column = [&](int64_t x) {
    if (x <= 0 || x >= steps_.width()) return 0.0;
    return steps_.across({x, core.top, x + 1, core.bottom});
  };
  const auto row = [&](int64_t y) {
    if (y <= 0 || y >= steps_.height()) return 0.0;
    return steps_.down({core.left, y, core.right, y + 1});
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
  const auto core = unblurred_core(lattice_.cell(cell));
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
