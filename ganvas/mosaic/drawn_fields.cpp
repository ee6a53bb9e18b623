// Fields on a grid that were drawn, built or woven, and are no mosaic.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/drawn_fields.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ganvas/mosaic/step_sums.h"

namespace ganvas {
namespace {

using Side = Lattice::Side;

double share(double part, double all) {
  return part / std::max(1.0, all);
}

/// What the pairs of neighbours along one axis are like.
struct Pairs {
  double all = 0, alike = 0, little = 0, large = 0;
  double lined = 0;               // with a line between them
  double turns = 0, in_turn = 0;  // changes of three in a row, and those that go up and down
};

/// The cells away from their sides, where lines and blur may lie.
PixelRect core_of(const PixelRect& w) {
  const auto margin = [](int64_t side) { return std::min<int64_t>(2, (side - 1) / 2); };
  const int64_t x = margin(w.width()), y = margin(w.height());
  return {w.left + x, w.top + y, w.right - x, w.bottom - y};
}

class Neighbours {
 public:
  Neighbours(const Image& image, const Lattice& lattice, const std::vector<int64_t>& cells)
      : image_(image), lattice_(lattice) {
    for (const auto cell : cells) luma_[cell] = mean_luma(image, core_of(lattice.cell(cell)));
  }

  Pairs pairs(Side side) const {
    constexpr double kAlike = 2.5, kLittle = 7, kTurn = 4;
    Pairs p;
    for (const auto& [cell, own] : luma_) {
      const auto next = luma_.find(lattice_.beside(cell, side));
      if (next == luma_.end()) continue;
      const double change = next->second - own, size = std::abs(change);
      ++p.all;
      ++(size <= kAlike ? p.alike : size < kLittle ? p.little : p.large);
      if (has_line(cell, next->first, side, own, next->second)) ++p.lined;
      const auto third = luma_.find(lattice_.beside(next->first, side));
      if (third == luma_.end()) continue;
      const double then = third->second - next->second;
      if (size < kTurn || std::abs(then) < kTurn) continue;
      ++p.turns;
      if (change * then < 0) ++p.in_turn;
    }
    return p;
  }

 private:
  /// True if beside the border of two cells it is darker or lighter than in both, by more than JPEG's
  /// and resizing's overshoot.
  bool has_line(int64_t cell, int64_t next, Side side, double a, double b) const {
    constexpr double kOvershoot = 0.2, kNoise = 4;
    const auto w = lattice_.cell(cell);
    const auto core = core_of(w);
    const double slack = kNoise + kOvershoot * std::abs(a - b);
    const double low = std::min(a, b) - slack, high = std::max(a, b) + slack;
    const auto other = core_of(lattice_.cell(next));
    const bool is_across = side == Side::kRight;
    const int64_t begin = is_across ? core.right : core.bottom;
    const int64_t end = is_across ? other.left : other.top;
    for (int64_t at = begin; at < end; ++at) {
      const PixelRect line = is_across ? PixelRect{at, core.top, at + 1, core.bottom}
                                       : PixelRect{core.left, at, core.right, at + 1};
      const double luma = mean_luma(image_, line);
      if (luma < low || luma > high) return true;
    }
    return false;
  }

  const Image& image_;
  const Lattice& lattice_;
  std::unordered_map<int64_t, double> luma_;
};

}  // namespace

bool are_drawn(const Image& image, const Lattice& lattice, const std::vector<int64_t>& cells) {
  constexpr double kLined = 0.3, kInTurn = 0.85, kFew = 0.06, kSome = 0.15;
  const Neighbours neighbours(image, lattice, cells);
  const auto across = neighbours.pairs(Side::kRight), down = neighbours.pairs(Side::kBelow);
  for (const auto& p : {across, down}) {
    const bool has_turns = p.turns > p.all / 4;
    if (share(p.lined, p.all) > kLined) return true;
    if (has_turns && share(p.in_turn, p.turns) > kInTurn) return true;
  }
  const double all = across.all + down.all;
  return share(across.little + down.little, all) < kFew &&
         share(across.alike + down.alike, all) > kSome &&
         share(across.large + down.large, all) > kSome;
}

}  // namespace ganvas
