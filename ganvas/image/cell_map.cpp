// The cells of a grid over a picture, and mosaics that grow over them.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/cell_map.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include <ATen/ops/zeros.h>

namespace ganvas {
namespace {

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

/// Pixels at each end of a cell's side that blur may reach.
int64_t margin(int64_t side) {
  return side >= 8 ? 2 : side >= 4 ? 1 : 0;
}

/// The lower one of two; 0 of none.
double median_of(std::vector<double> numbers) {
  if (numbers.empty()) return 0;
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>((numbers.size() - 1) / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

/// A mosaic that grows from a window over the cells of a grid.
class Growth {
 public:
  explicit Growth(const CellMap& cells)
      : steps_(cells.steps()),
        cells_(cells),
        columns_(cells.columns()),
        state_(static_cast<size_t>(columns_ * cells.rows()), State::kUnseen) {}

  /// The flat cells that hang together with those of the window, and what they enclose.
  Tensor mask(const Window& window) {
    std::deque<int64_t> todo;
    std::vector<double> roughness;
    for (int64_t i = 0; i < count(); ++i) {
      const auto w = cells_.cell(i % columns_, i / columns_);
      if (!window.holds((w.left + w.right) / 2, (w.top + w.bottom) / 2)) continue;
      todo.push_back(i);
      at(i) = State::kSeen;
      roughness.push_back(cells_.roughness(i % columns_, i / columns_));
    }
    const double usual = median_of(std::move(roughness));
    spread(todo, [&](int64_t i) {
      if (!cells_.is_flat(i % columns_, i / columns_, usual)) return false;
      at(i) = State::kInside;
      return true;
    });
    find_outside();
    return drawn();
  }

 private:
  enum class State : char { kUnseen, kSeen, kInside, kOutside };

  int64_t count() const { return static_cast<int64_t>(state_.size()); }
  State& at(int64_t i) { return state_[static_cast<size_t>(i)]; }

  /// Takes cells off the list; where `goes_on`, their unseen neighbours are put on it.
  template <typename GoesOn>
  void spread(std::deque<int64_t>& todo, const GoesOn& goes_on) {
    while (!todo.empty()) {
      const int64_t i = todo.front(), column = i % columns_;
      todo.pop_front();
      if (!goes_on(i)) continue;
      const auto visit = [&](bool exists, int64_t to) {
        if (!exists || at(to) != State::kUnseen) return;
        at(to) = State::kSeen;
        todo.push_back(to);
      };
      visit(column > 0, i - 1);
      visit(column + 1 < columns_, i + 1);
      visit(i >= columns_, i - columns_);
      visit(i + columns_ < count(), i + columns_);
    }
  }

  /// What can be reached from the picture's border past the mosaic is outside; the rest is enclosed.
  void find_outside() {
    std::deque<int64_t> todo;
    for (int64_t i = 0; i < count(); ++i) {
      if (at(i) == State::kInside) continue;
      at(i) = State::kUnseen;
      const int64_t column = i % columns_;
      const bool is_border =
          column == 0 || column + 1 == columns_ || i < columns_ || i + columns_ >= count();
      if (!is_border) continue;
      at(i) = State::kSeen;
      todo.push_back(i);
    }
    spread(todo, [this](int64_t i) {
      at(i) = State::kOutside;
      return true;
    });
  }

  Tensor drawn() {
    auto mask = at::zeros({steps_.height(), steps_.width()});
    auto* pixels = mask.data_ptr<float>();
    for (int64_t i = 0; i < count(); ++i) {
      if (at(i) == State::kOutside) continue;
      const auto w = cells_.cell(i % columns_, i / columns_);
      for (int64_t y = w.top; y < w.bottom; ++y) {
        std::fill(pixels + y * steps_.width() + w.left, pixels + y * steps_.width() + w.right, 1.F);
      }
    }
    return mask;
  }

  const Steps& steps_;
  const CellMap& cells_;
  int64_t columns_;
  std::vector<State> state_;
};

}  // namespace

CellMap::CellMap(const Steps& steps, const Comb& across, const Comb& down)
    : x_(lines_of(across, steps.width())), y_(lines_of(down, steps.height())), steps_(steps) {}

Window CellMap::cell(int64_t column, int64_t row) const {
  const auto c = static_cast<size_t>(column), r = static_cast<size_t>(row);
  return {x_[c], y_[r], x_[c + 1], y_[r + 1]};
}

double CellMap::roughness(int64_t column, int64_t row) const {
  const auto w = cell(column, row);
  const int64_t x_margin = margin(w.right - w.left), y_margin = margin(w.bottom - w.top);
  const int64_t left = w.left + x_margin, right = w.right - x_margin;
  const int64_t top = w.top + y_margin, bottom = w.bottom - y_margin;
  const int64_t wide = right - left - 1, high = bottom - top - 1;
  if (wide < 1 || high < 1) return 0;
  const double sum = steps_.across().sum({left + 1, top, right, bottom}) +
                     steps_.down().sum({left, top + 1, right, bottom});
  return sum / static_cast<double>(wide * (bottom - top) + high * (right - left));
}

bool CellMap::is_flat(int64_t column, int64_t row, double usual) const {
  constexpr double kNothing = 0.05;       // levels: what rounding leaves
  constexpr double kBesideBorder = 0.22;  // of natural detail it is about a third
  const double rough = roughness(column, row);
  if (rough <= std::max(kNothing, usual / 2)) return true;
  const auto w = cell(column, row);
  const double rise = (column_rise(w.left, w) + column_rise(w.right, w) + row_rise(w.top, w) +
                       row_rise(w.bottom, w)) /
                      4;
  return usual > kNothing && rough <= kBesideBorder * rise;
}

double CellMap::column_rise(int64_t x, const Window& w) const {
  if (x <= 1 || x + 1 >= steps_.width()) return 0;
  return steps_.across().sum({x - 1, w.top, x + 2, w.bottom}) /
         static_cast<double>(w.bottom - w.top);
}

double CellMap::row_rise(int64_t y, const Window& w) const {
  if (y <= 1 || y + 1 >= steps_.height()) return 0;
  return steps_.down().sum({w.left, y - 1, w.right, y + 2}) / static_cast<double>(w.right - w.left);
}

Tensor grow_mosaic(const CellMap& cells, const Window& window) {
  return Growth(cells).mask(window);
}

}  // namespace ganvas
