// What tells a mosaic's cells from others on the same lattice.
// SPDX-License-Identifier: Apache-2.0
//
// Own traits, levels of luma, all through asinh():
//
//   0 to 11   of the four sides, that with the largest difference first: how far the mean of the cell beyond is from the
//             own; how far the two pixels at the line are, counted towards that mean (of a mosaic as far, of a slope a part
//             of it); their mean absolute difference
//   12, 13    mean absolute difference of neighbouring pixels inside, across and down
//   14        deviation inside
//   15        mean absolute difference a pixel beside the lines, where blur reaches
//   16, 17    mean difference inside, across and down: slopes
//
// Behind them the means of all over the eight cells around and the sixteen around those; then log cell width and height,
// and the step of JPEG's blocks.
#include "ganvas/mosaic/cell_traits.h"

#include <algorithm>
#include <cmath>

#include "ganvas/mosaic/step_sums.h"

namespace ganvas {
namespace {

using Own = std::array<float, kOwnTraits>;
using Side = Lattice::Side;

/// The luma of a part of an image, in levels.
class LumaPart {
 public:
  LumaPart(const Image& image, const PixelRect& part)
      : part_(part), levels_(luma_of(image, part)) {}

  float at(int64_t x, int64_t y) const {
    return levels_[static_cast<size_t>((y - part_.top) * part_.width() + x - part_.left)];
  }
  const PixelRect& part() const { return part_; }

 private:
  PixelRect part_;
  std::vector<float> levels_;
};

/// Differences between neighbouring pixels.
struct Differences {
  double signed_sum = 0, absolute_sum = 0;
  int64_t count = 0;

  void add(double difference) {
    signed_sum += difference;
    absolute_sum += std::abs(difference);
    ++count;
  }
  double mean() const { return count > 0 ? signed_sum / static_cast<double>(count) : 0; }
  double absolute() const { return count > 0 ? absolute_sum / static_cast<double>(count) : 0; }
};

double mean_of(const LumaPart& luma, const PixelRect& w) {
  double sum = 0;
  for (int64_t y = w.top; y < w.bottom; ++y) {
    for (int64_t x = w.left; x < w.right; ++x) sum += luma.at(x, y);
  }
  return sum / static_cast<double>(std::max<int64_t>(1, w.width() * w.height()));
}

/// Differences from the inside to the outside over the line that is `inwards` pixels within a side; none beyond the image.
Differences over_line(const LumaPart& luma, const PixelRect& w, Side side, int64_t inwards) {
  Differences all;
  const auto core = unblurred_core(w);
  const auto& part = luma.part();
  const bool is_across = side == Side::kLeft || side == Side::kRight;
  const bool is_first = side == Side::kLeft || side == Side::kAbove;
  const int64_t edge = side == Side::kLeft    ? w.left + inwards
                       : side == Side::kRight ? w.right - 1 - inwards
                       : side == Side::kAbove ? w.top + inwards
                                              : w.bottom - 1 - inwards;
  const int64_t beyond = edge + (is_first ? -1 : 1);
  const int64_t first = is_across ? part.left : part.top,
                last = (is_across ? part.right : part.bottom) - 1;
  if (std::min(edge, beyond) < first || std::max(edge, beyond) > last) return all;
  const int64_t begin = is_across ? core.top : core.left,
                end = is_across ? core.bottom : core.right;
  for (int64_t i = begin; i < end; ++i) {
    all.add(is_across ? luma.at(beyond, i) - luma.at(edge, i)
                      : luma.at(i, beyond) - luma.at(i, edge));
  }
  return all;
}

void add_sides(const LumaPart& luma, const PixelRect& w, const std::array<double, 4>& beyond,
               double own, Own& traits) {
  struct OfSide {
    double difference, step, absolute;
  };
  std::array<OfSide, 4> sides{};
  Differences beside_lines;
  for (size_t i = 0; i < sides.size(); ++i) {
    const auto at_line = over_line(luma, w, Lattice::kSides[i], 0);
    const double difference = at_line.count > 0 ? beyond[i] - own : 0;
    sides[i] = {std::abs(difference), difference < 0 ? -at_line.mean() : at_line.mean(),
                at_line.absolute()};
    const auto within = over_line(luma, w, Lattice::kSides[i], 1);
    beside_lines.absolute_sum += within.absolute_sum;
    beside_lines.count += within.count;
  }
  std::sort(sides.begin(), sides.end(),
            [](const OfSide& a, const OfSide& b) { return a.difference > b.difference; });
  size_t next = 0;
  for (const auto& side : sides) {
    for (const double number : {side.difference, side.step, side.absolute})
      traits[next++] = static_cast<float>(number);
  }
  traits[15] = static_cast<float>(beside_lines.absolute());
}

void add_inside(const LumaPart& luma, const PixelRect& w, Own& traits) {
  const auto core = unblurred_core(w);
  Differences across, down;
  double sum = 0, squares = 0;
  for (int64_t y = core.top; y < core.bottom; ++y) {
    for (int64_t x = core.left; x < core.right; ++x) {
      const double level = luma.at(x, y);
      sum += level;
      squares += level * level;
      if (x > core.left) across.add(level - luma.at(x - 1, y));
      if (y > core.top) down.add(level - luma.at(x, y - 1));
    }
  }
  const auto count = static_cast<double>(std::max<int64_t>(1, core.width() * core.height()));
  const double variance = std::max(0.0, squares / count - (sum / count) * (sum / count));
  traits[12] = static_cast<float>(across.absolute());
  traits[13] = static_cast<float>(down.absolute());
  traits[14] = static_cast<float>(std::sqrt(variance));
  traits[16] = static_cast<float>(std::abs(across.mean()));
  traits[17] = static_cast<float>(std::abs(down.mean()));
}

/// The mean over the cells at exactly this distance (of the larger of columns and rows), inside the window.
Own mean_around(const std::vector<Own>& all, const CellWindow& window, int64_t x, int64_t y,
                int64_t distance) {
  Own mean{};
  float count = 0;
  for (int64_t dy = -distance; dy <= distance; ++dy) {
    for (int64_t dx = -distance; dx <= distance; ++dx) {
      if (std::max(std::abs(dx), std::abs(dy)) != distance) continue;
      const int64_t to_x = x + dx, to_y = y + dy;
      if (to_x < 0 || to_y < 0 || to_x >= window.width || to_y >= window.height) continue;
      const auto& other = all[window.index(to_x, to_y)];
      for (size_t i = 0; i < mean.size(); ++i) mean[i] += other[i];
      ++count;
    }
  }
  for (auto& number : mean) number /= std::max(1.F, count);
  return mean;
}

std::vector<Own> own_traits(const Image& image, const Lattice& lattice, const CellWindow& window) {
  const auto cell_at = [&](int64_t x, int64_t y) {
    return lattice.cell(window.cell(lattice, x, y));
  };
  const auto first = cell_at(0, 0), last = cell_at(window.width - 1, window.height - 1);
  // One more cell around, for what lies beyond the sides.
  const int64_t more_x = last.width() + first.width(), more_y = last.height() + first.height();
  const LumaPart luma(
      image,
      {std::max<int64_t>(0, first.left - more_x), std::max<int64_t>(0, first.top - more_y),
       std::min(image.width, last.right + more_x), std::min(image.height, last.bottom + more_y)});
  std::vector<Own> all;
  for (int64_t y = 0; y < window.height; ++y) {
    for (int64_t x = 0; x < window.width; ++x) {
      const auto w = cell_at(x, y);
      const int64_t number = window.cell(lattice, x, y);
      std::array<double, 4> beyond{};
      for (size_t i = 0; i < beyond.size(); ++i) {
        const auto next = lattice.beside(number, Lattice::kSides[i]);
        if (next >= 0) beyond[i] = mean_of(luma, unblurred_core(lattice.cell(next)));
      }
      Own traits{};
      add_sides(luma, w, beyond, mean_of(luma, unblurred_core(w)), traits);
      add_inside(luma, w, traits);
      for (auto& number_of : traits) number_of = std::asinh(number_of);
      all.push_back(traits);
    }
  }
  return all;
}

}  // namespace

std::vector<Traits> cell_traits(const Image& image, double block_step, const Lattice& lattice,
                                const CellWindow& window) {
  const auto own = own_traits(image, lattice, window);
  std::vector<Traits> all;
  for (int64_t y = 0; y < window.height; ++y) {
    for (int64_t x = 0; x < window.width; ++x) {
      Traits traits{};
      auto next = traits.begin();
      next = std::copy(own[window.index(x, y)].begin(), own[window.index(x, y)].end(), next);
      for (const int64_t distance : {1, 2}) {
        const auto around = mean_around(own, window, x, y, distance);
        next = std::copy(around.begin(), around.end(), next);
      }
      *next++ = static_cast<float>(std::log(lattice.across().period));
      *next++ = static_cast<float>(std::log(lattice.down().period));
      *next = static_cast<float>(block_step);
      all.push_back(traits);
    }
  }
  return all;
}

}  // namespace ganvas
