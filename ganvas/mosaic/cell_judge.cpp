// Which cells of a lattice are a mosaic's.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/cell_judge.h"

#include <algorithm>
#include <iterator>

#include "ganvas/mosaic/cell_traits.h"

namespace ganvas {
namespace {

constexpr size_t kFirst = 32, kSecond = 16;  // hidden numbers of the network
constexpr float kWeights[] = {
#include "ganvas/mosaic/cell_weights.inc"
};
static_assert(std::size(kWeights) ==
              kFirst * (kAllTraits + 1) + kSecond * (kFirst + 1) + kSecond + 1);

/// A layer of the network; moves on to the next one's weights.
template <size_t Out, size_t In>
std::array<float, Out> layer(const float*& weights, const std::array<float, In>& in) {
  std::array<float, Out> out{};
  const float* biases = weights + Out * In;
  for (size_t i = 0; i < Out; ++i) {
    out[i] = biases[i];
    for (size_t k = 0; k < In; ++k) out[i] += weights[i * In + k] * in[k];
  }
  weights = biases + Out;
  return out;
}

template <size_t Count>
std::array<float, Count> rectified(std::array<float, Count> numbers) {
  for (auto& number : numbers) number = std::max(0.F, number);
  return numbers;
}

/// The log odds of a cell being a mosaic's.
float log_odds(const Traits& traits) {
  const float* weights = kWeights;
  const auto first = rectified(layer<kFirst>(weights, traits));
  const auto second = rectified(layer<kSecond>(weights, first));
  return layer<1>(weights, second)[0];
}

/// A window of cells that are judged together.
class Judgement {
 public:
  Judgement(const Image& image, double block_step, const Lattice& lattice, const CellWindow& window)
      : lattice_(lattice), window_(window) {
    for (const auto& traits : cell_traits(image, block_step, lattice, window)) {
      constexpr float kMost = 6;
      odds_.push_back(std::clamp(log_odds(traits), -kMost, kMost));
      is_in_.push_back(odds_.back() > 0);
    }
    constexpr int kRounds = 8;
    for (int round = 0; round < kRounds && relax(); ++round) {
    }
  }

  /// The cells that are in and hang together with one of these.
  std::vector<int64_t> connected(const std::vector<int64_t>& cells) const {
    std::vector<bool> is_seen(is_in_.size(), false);
    std::vector<int64_t> todo, found;
    const auto see = [&](int64_t cell) {
      const int64_t x = cell % lattice_.columns() - window_.left,
                    y = cell / lattice_.columns() - window_.top;
      if (cell < 0 || x < 0 || y < 0 || x >= window_.width || y >= window_.height) return;
      const auto index = window_.index(x, y);
      if (is_seen[index] || !is_in_[index]) return;
      is_seen[index] = true;
      todo.push_back(cell);
    };
    for (const auto cell : cells) see(cell);
    while (!todo.empty()) {
      const auto cell = todo.back();
      todo.pop_back();
      found.push_back(cell);
      for (const auto side : Lattice::kSides) see(lattice_.beside(cell, side));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  /// One round over all cells; false if none changed.
  bool relax() {
    constexpr double kOfNeighbours = 2;
    bool has_changed = false;
    for (int64_t y = 0; y < window_.height; ++y) {
      for (int64_t x = 0; x < window_.width; ++x) {
        const auto index = window_.index(x, y);
        const bool is_in = odds_[index] + kOfNeighbours * neighbours_say(x, y) > 0;
        if (is_in == is_in_[index]) continue;
        is_in_[index] = is_in;
        has_changed = true;
      }
    }
    return has_changed;
  }

  /// 1 if all of the eight neighbours are in, -1 if none is; those beside count twice.
  double neighbours_say(int64_t x, int64_t y) const {
    double sum = 0, all = 0;
    for (int64_t dy = -1; dy <= 1; ++dy) {
      for (int64_t dx = -1; dx <= 1; ++dx) {
        const int64_t to_x = x + dx, to_y = y + dy;
        const bool is_there =
            to_x >= 0 && to_y >= 0 && to_x < window_.width && to_y < window_.height;
        if ((dx == 0 && dy == 0) || !is_there) continue;
        const double weight = dx == 0 || dy == 0 ? 2 : 1;
        all += weight;
        sum += is_in_[window_.index(to_x, to_y)] ? weight : -weight;
      }
    }
    return all > 0 ? sum / all : 0;
  }

  const Lattice& lattice_;
  CellWindow window_;
  std::vector<float> odds_;
  std::vector<bool> is_in_;
};

/// The window of some cells, and some more on each side, as far as the image goes.
CellWindow around(const Lattice& lattice, const std::vector<int64_t>& cells, int64_t more) {
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

}  // namespace

std::vector<int64_t> judged_cells(const Image& image, double block_step, const Lattice& lattice,
                                  const std::vector<int64_t>& cells) {
  constexpr int64_t kMore = 4;  // cells around, in which it must end
  constexpr int kMostRounds = 6;
  if (cells.empty()) return {};
  auto window = around(lattice, cells, kMore);
  for (int round = 0;; ++round) {
    auto found = Judgement(image, block_step, lattice, window).connected(cells);
    if (found.empty() || round == kMostRounds) return found;
    const auto next = around(lattice, found, kMore);
    const bool goes_on = next.left < window.left || next.top < window.top ||
                         next.left + next.width > window.left + window.width ||
                         next.top + next.height > window.top + window.height;
    if (!goes_on) return found;
    const int64_t left = std::min(next.left, window.left), top = std::min(next.top, window.top);
    window = {left, top, std::max(next.left + next.width, window.left + window.width) - left,
              std::max(next.top + next.height, window.top + window.height) - top};
  }
}

}  // namespace ganvas
