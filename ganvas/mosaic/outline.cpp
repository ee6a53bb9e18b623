// Which cells of a lattice are a worn mosaic's.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/outline.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ganvas/mosaic/cell_contrast.h"

namespace ganvas {
namespace {

double median_of(std::vector<double> numbers) {
  if (numbers.empty()) return 0;
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

/// Cells of a lattice that grow from a window.
class RegionGrowing {
 public:
  RegionGrowing(const StepSums& steps, const Lattice& lattice)
      : lattice_(lattice),
        cells_(steps, lattice),
        contrast_(static_cast<size_t>(lattice.count()), kUnknown),
        is_seen_(static_cast<size_t>(lattice.count()), false) {}

  /// The cells whose contrast and roughness are like those of most in the window, and that hang
  /// together with it.
  std::vector<int64_t> from(const std::vector<int64_t>& first) {
    constexpr double kLeastUsual = 0.2, kLeastOfUsual = 0.33, kMostOfUsual = 2.2, kNothing = 0.2;
    std::vector<double> contrasts, insides;
    for (const auto cell : first) {
      contrasts.push_back(contrast(cell));
      insides.push_back(cells_.inside(cell));
    }
    const double usual = median_of(std::move(contrasts));
    if (usual < kLeastUsual) return {};
    const double least = kLeastOfUsual * usual;
    const double most = kMostOfUsual * median_of(std::move(insides)) + kNothing;
    const auto is_flat = [&](int64_t cell) { return cells_.inside(cell) <= most; };
    std::vector<int64_t> todo, grown;
    const auto see = [&](int64_t cell) {
      if (cell < 0 || is_seen_[static_cast<size_t>(cell)]) return;
      is_seen_[static_cast<size_t>(cell)] = true;
      if (is_flat(cell) && smoothed(cell) >= least) todo.push_back(cell);
    };
    for (const auto cell : first) see(cell);
    while (!todo.empty()) {
      const auto cell = todo.back();
      todo.pop_back();
      grown.push_back(cell);
      for (const auto side : Lattice::kSides) see(lattice_.beside(cell, side));
    }
    std::sort(grown.begin(), grown.end());
    return grown;
  }

 private:
  static constexpr double kUnknown = 1e9;

  double contrast(int64_t cell) {
    auto& known = contrast_[static_cast<size_t>(cell)];
    if (known == kUnknown) known = cells_.of(cell);
    return known;
  }

  /// A mean with the neighbours', since a single cell may happen to be like the one beside it.
  double smoothed(int64_t cell) {
    constexpr double kOwn = 2;
    double sum = kOwn * contrast(cell), weight = kOwn;
    for (const auto side : Lattice::kSides) {
      const auto next = lattice_.beside(cell, side);
      if (next < 0) continue;
      sum += contrast(next);
      weight += 1;
    }
    return sum / weight;
  }

  const Lattice& lattice_;
  CellContrast cells_;
  std::vector<double> contrast_;
  std::vector<bool> is_seen_;
};

/// What cells of a kind are like: contrast, and log of the roughness inside, as independent normal
/// distributions.
struct Kind {
  double mean[2] = {0, 0}, variance[2] = {1, 1};

  double log_density(const std::array<double, 2>& traits) const {
    double sum = 0;
    for (size_t i = 0; i < traits.size(); ++i) {
      const double from = traits[i] - mean[i];
      sum -= 0.5 * (from * from / variance[i] + std::log(variance[i]));
    }
    return sum;
  }
};

/// Predicts the cells of a mosaic from those around it: what both are like is learned from a first
/// outline, and cells go with what they are like and with their neighbours (iterated conditional
/// modes; Besag, J. R. Stat. Soc. B 1986).
class Outline {
 public:
  Outline(const StepSums& steps, const Lattice& lattice, const std::vector<int64_t>& first)
      : lattice_(lattice), cells_(steps, lattice) {
    int64_t left = lattice.columns(), right = 0, top = lattice.rows(), bottom = 0;
    for (const auto cell : first) {
      left = std::min(left, cell % lattice.columns());
      right = std::max(right, cell % lattice.columns());
      top = std::min(top, cell / lattice.columns());
      bottom = std::max(bottom, cell / lattice.columns());
    }
    left_ = std::max<int64_t>(0, left - kAround);
    top_ = std::max<int64_t>(0, top - kAround);
    wide_ = std::min(lattice.columns(), right + 1 + kAround) - left_;
    high_ = std::min(lattice.rows(), bottom + 1 + kAround) - top_;
    is_in_.assign(static_cast<size_t>(wide_ * high_), false);
    for (const auto cell : first) {
      is_in_[index_of(cell % lattice.columns() - left_, cell / lattice.columns() - top_)] = true;
    }
    for (int64_t y = 0; y < high_; ++y) {
      for (int64_t x = 0; x < wide_; ++x) {
        const auto cell = cell_of(x, y);
        constexpr double kNothing = 0.15;
        traits_.push_back({cells_.of(cell), std::log(cells_.inside(cell) + kNothing)});
      }
    }
  }

  std::vector<int64_t> cells() {
    constexpr int kRounds = 6;
    for (int round = 0; round < kRounds; ++round) {
      Kind in, out;
      if (!learn(true, in) || !learn(false, out)) break;
      if (!relax(in, out)) break;
    }
    std::vector<int64_t> all;
    for (int64_t y = 0; y < high_; ++y) {
      for (int64_t x = 0; x < wide_; ++x) {
        if (is_in_[index_of(x, y)]) all.push_back(cell_of(x, y));
      }
    }
    return all;
  }

 private:
  static constexpr int64_t kAround = 4;  // cells around the first outline that are looked at

  size_t index_of(int64_t x, int64_t y) const { return static_cast<size_t>(y * wide_ + x); }
  int64_t cell_of(int64_t x, int64_t y) const {
    return (top_ + y) * lattice_.columns() + left_ + x;
  }

  /// How many of the eight neighbours are in, those beside counting twice; and the most there are.
  std::pair<double, double> neighbours_in(int64_t x, int64_t y) const {
    double in = 0, all = 0;
    for (int64_t dy = -1; dy <= 1; ++dy) {
      for (int64_t dx = -1; dx <= 1; ++dx) {
        const int64_t to_x = x + dx, to_y = y + dy;
        if ((dx == 0 && dy == 0) || to_x < 0 || to_y < 0 || to_x >= wide_ || to_y >= high_)
          continue;
        const double weight = dx == 0 || dy == 0 ? 2 : 1;
        all += weight;
        if (is_in_[index_of(to_x, to_y)]) in += weight;
      }
    }
    return {in, all};
  }

  /// Learns from the cells all of whose neighbours are of one kind, if there are enough.
  bool learn(bool is_in, Kind& kind) const {
    constexpr double kLeast = 6, kLeastVariance = 0.04;
    double count = 0;
    std::array<double, 2> sum{}, squares{};
    for (int64_t y = 0; y < high_; ++y) {
      for (int64_t x = 0; x < wide_; ++x) {
        if (is_in_[index_of(x, y)] != is_in) continue;
        const auto [in, all] = neighbours_in(x, y);
        if (is_in ? in < 0.7 * all : in > 0) continue;
        ++count;
        for (size_t i = 0; i < sum.size(); ++i) {
          const double trait = traits_[index_of(x, y)][i];
          sum[i] += trait;
          squares[i] += trait * trait;
        }
      }
    }
    if (count < kLeast) return false;
    for (size_t i = 0; i < sum.size(); ++i) {
      kind.mean[i] = sum[i] / count;
      kind.variance[i] = std::max(kLeastVariance, squares[i] / count - kind.mean[i] * kind.mean[i]);
    }
    return true;
  }

  /// One round over all cells; false if none changed.
  bool relax(const Kind& in, const Kind& out) {
    constexpr double kMost = 3, kOfNeighbours = 4;
    bool has_changed = false;
    for (int64_t y = 0; y < high_; ++y) {
      for (int64_t x = 0; x < wide_; ++x) {
        const auto& traits = traits_[index_of(x, y)];
        const double own =
            std::clamp(in.log_density(traits) - out.log_density(traits), -kMost, kMost);
        const auto [count, all] = neighbours_in(x, y);
        const bool is_in = own + kOfNeighbours * (2 * count / all - 1) > 0;
        if (is_in == is_in_[index_of(x, y)]) continue;
        is_in_[index_of(x, y)] = is_in;
        has_changed = true;
      }
    }
    return has_changed;
  }

  const Lattice& lattice_;
  CellContrast cells_;
  int64_t left_ = 0, top_ = 0, wide_ = 0, high_ = 0;
  std::vector<bool> is_in_;
  std::vector<std::array<double, 2>> traits_;
};

}  // namespace

std::vector<int64_t> cells_like(const StepSums& steps, const Lattice& lattice,
                                const std::vector<int64_t>& first) {
  const auto grown = RegionGrowing(steps, lattice).from(first);
  if (grown.empty()) return {};
  return Outline(steps, lattice, grown).cells();
}

}  // namespace ganvas
