// The lines of a grid over an image, and the cells between them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/lattice.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace ganvas {
namespace {

constexpr double kMost = 0.7, kNearlyAll = 0.9;

/// The lines of a comb inside [0, length], with the ends.
std::vector<int64_t> lines_of(const Comb& comb, int64_t length) {
  std::vector<int64_t> lines = {0};
  for (double line = comb.period - comb.phase; line < static_cast<double>(length) - 0.5;
       line += comb.period) {
    const auto at = static_cast<int64_t>(std::lround(line));
    if (at > lines.back()) lines.push_back(at);
  }
  lines.push_back(length);
  return lines;
}

/// Which of the stretches between lines holds a pixel.
int64_t stretch_of(const std::vector<int64_t>& lines, int64_t pixel) {
  return std::upper_bound(lines.begin(), lines.end(), pixel) - lines.begin() - 1;
}

bool are_nearly_all(int64_t count, size_t of) {
  return static_cast<double>(count) >= kNearlyAll * static_cast<double>(of);
}

double wrapped(double phase, double period) {
  const double rest = std::fmod(phase, period);
  return rest < 0 ? rest + period : rest;
}

/// The comb of a whole period, if this share of the lines lies on one.
std::optional<Comb> whole_comb(const std::vector<int64_t>& lines, int64_t period, double share) {
  std::vector<int64_t> votes(static_cast<size_t>(period), 0);
  for (const auto line : lines) ++votes[static_cast<size_t>(line % period)];
  const auto most = std::max_element(votes.begin(), votes.end());
  if (static_cast<double>(*most) < share * static_cast<double>(lines.size())) return std::nullopt;
  return Comb{static_cast<double>(period),
              static_cast<double>((period - (most - votes.begin())) % period)};
}

/// The comb of least squares: line k at k * period - phase, rounded.
std::optional<Comb> fractional_comb(const std::vector<int64_t>& lines, double side) {
  constexpr double kRounding = 0.75;  // pixels
  std::vector<double> k = {0};
  for (size_t i = 1; i < lines.size(); ++i) {
    k.push_back(k.back() + std::round(static_cast<double>(lines[i] - lines[i - 1]) / side));
  }
  const auto n = static_cast<double>(lines.size());
  double sum_k = 0, sum_x = 0, sum_kk = 0, sum_kx = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto x = static_cast<double>(lines[i]);
    sum_k += k[i];
    sum_x += x;
    sum_kk += k[i] * k[i];
    sum_kx += k[i] * x;
  }
  const double spread = sum_kk - sum_k * sum_k / n;
  if (spread <= 0) return std::nullopt;
  const double period = (sum_kx - sum_k * sum_x / n) / spread;
  const double origin = (sum_x - period * sum_k) / n;
  if (period < 2) return std::nullopt;
  int64_t near = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    near += std::abs(origin + period * k[i] - static_cast<double>(lines[i])) <= kRounding;
  }
  if (!are_nearly_all(near, lines.size())) return std::nullopt;
  return Comb{period, wrapped(-origin, period)};
}

}  // namespace

Lattice::Lattice(const Comb& across, const Comb& down, int64_t width, int64_t height)
    : across_(across), down_(down), x_(lines_of(across, width)), y_(lines_of(down, height)) {}

PixelRect Lattice::cell(int64_t number) const {
  const auto column = static_cast<size_t>(number % columns());
  const auto row = static_cast<size_t>(number / columns());
  return {x_[column], y_[row], x_[column + 1], y_[row + 1]};
}

int64_t Lattice::at(int64_t x, int64_t y) const {
  return stretch_of(y_, y) * columns() + stretch_of(x_, x);
}

int64_t Lattice::beside(int64_t number, Side side) const {
  const int64_t column = number % columns();
  switch (side) {
    case Side::kLeft:
      return column > 0 ? number - 1 : -1;
    case Side::kRight:
      return column + 1 < columns() ? number + 1 : -1;
    case Side::kAbove:
      return number - columns() >= 0 ? number - columns() : -1;
    case Side::kBelow:
      return number + columns() < count() ? number + columns() : -1;
  }
  return -1;
}

void draw_cells(const Lattice& lattice, const std::vector<int64_t>& cells, Tensor& mask) {
  const int64_t width = mask.size(2);
  auto* pixels = mask.data_ptr<float>();
  for (const auto cell : cells) {
    const auto w = lattice.cell(cell);
    for (int64_t y = w.top; y < w.bottom; ++y) {
      std::fill(pixels + y * width + w.left, pixels + y * width + w.right, 1.F);
    }
  }
}

std::optional<Comb> comb_through(std::vector<int64_t> lines, const std::vector<int64_t>& sides) {
  std::map<int64_t, int64_t> counts;
  for (const auto side : sides) ++counts[side];
  // Fields of one colour may be two cells or three, so the side that most have is tried first.
  std::vector<std::pair<int64_t, int64_t>> by_count;
  for (const auto& [side, count] : counts) by_count.emplace_back(-count, side);
  std::sort(by_count.begin(), by_count.end());
  if (by_count.size() > 1) {
    // In pixel art hardly any field is a single cell.
    by_count.emplace_back(0, std::gcd(by_count[0].second, by_count[1].second));
  }
  for (const auto& [count, side] : by_count) {
    if (side < 2) continue;
    auto whole = whole_comb(lines, side, kMost);
    if (!whole) continue;
    // Cells that the image's border cuts may have led to a part of the period.
    for (const int64_t times : {2, 3, 4}) {
      if (const auto longer = whole_comb(lines, times * side, kNearlyAll)) whole = longer;
    }
    return whole;
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  constexpr size_t kLeastLines = 6;
  if (lines.size() < kLeastLines + 2) return std::nullopt;
  // The outermost may be the ends of the region that was pixelated.
  return fractional_comb({lines.begin() + 1, lines.end() - 1},
                         static_cast<double>(by_count.front().second));
}

}  // namespace ganvas
