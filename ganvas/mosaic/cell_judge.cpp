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

/// Judges all cells of a window.
CellField judged(const Image& image, double block_step, const Lattice& lattice,
                 const CellWindow& window) {
  constexpr int kRounds = 8;
  constexpr double kOfNeighbours = 2;
  constexpr float kMost = 6;
  std::vector<float> odds;
  for (const auto& traits : cell_traits(image, block_step, lattice, window)) {
    odds.push_back(std::clamp(log_odds(traits), -kMost, kMost));
  }
  CellField field(window);
  for (int64_t y = 0; y < window.height; ++y) {
    for (int64_t x = 0; x < window.width; ++x) field.set(x, y, odds[window.index(x, y)] > 0);
  }
  const auto own = [&](size_t index) { return static_cast<double>(odds[index]); };
  for (int round = 0; round < kRounds && field.relax(own, kOfNeighbours); ++round) {
  }
  return field;
}

}  // namespace

std::vector<int64_t> judged_cells(const Image& image, double block_step, const Lattice& lattice,
                                  const std::vector<int64_t>& cells) {
  constexpr int64_t kMore = 4;  // cells around, in which it must end
  constexpr int kMostRounds = 6;
  if (cells.empty()) return {};
  auto window = window_around(lattice, cells, kMore);
  for (int round = 0;; ++round) {
    const auto field = judged(image, block_step, lattice, window);
    auto found = connected_cells(lattice, cells, [&](int64_t cell) {
      const int64_t x = cell % lattice.columns() - window.left,
                    y = cell / lattice.columns() - window.top;
      return window.holds(x, y) && field.is_in(x, y);
    });
    if (found.empty() || round == kMostRounds) return found;
    const auto next = window_around(lattice, found, kMore);
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
