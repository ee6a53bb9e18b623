// Which cells of a lattice are a worn mosaic's.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/outline.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ganvas/mosaic/cell_contrast.h"
#include "ganvas/mosaic/cell_field.h"

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
        contrast_(static_cast<size_t>(lattice.count()), kUnknown) {}

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
    return connected_cells(lattice_, first, [&](int64_t cell) {
      return cells_.inside(cell) <= most && smoothed(cell) >= least;
    });
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
      : lattice_(lattice), window_(window_around(lattice, first, kAround)), field_(window_) {
    for (const auto cell : first) {
      field_.set(cell % lattice.columns() - window_.left, cell / lattice.columns() - window_.top,
                 true);
    }
    const CellContrast cells(steps, lattice);
    for (int64_t y = 0; y < window_.height; ++y) {
      for (int64_t x = 0; x < window_.width; ++x) {
        const auto cell = window_.cell(lattice, x, y);
        constexpr double kNothing = 0.15;
        traits_.push_back({cells.of(cell), std::log(cells.inside(cell) + kNothing)});
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
    for (int64_t y = 0; y < window_.height; ++y) {
      for (int64_t x = 0; x < window_.width; ++x) {
        if (field_.is_in(x, y)) all.push_back(window_.cell(lattice_, x, y));
      }
    }
    return all;
  }

 private:
  static constexpr int64_t kAround = 4;  // cells around the first outline that are looked at

  /// Learns from the cells all of whose neighbours are of one kind, if there are enough.
  bool learn(bool is_in, Kind& kind) const {
    constexpr double kLeast = 6, kLeastVariance = 0.04;
    double count = 0;
    std::array<double, 2> sum{}, squares{};
    for (int64_t y = 0; y < window_.height; ++y) {
      for (int64_t x = 0; x < window_.width; ++x) {
        if (field_.is_in(x, y) != is_in) continue;
        const auto [in, all] = field_.neighbours_in(x, y);
        if (is_in ? in < 0.7 * all : in > 0) continue;
        ++count;
        for (size_t i = 0; i < sum.size(); ++i) {
          const double trait = traits_[window_.index(x, y)][i];
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
    return field_.relax(
        [&](size_t index) {
          const auto& traits = traits_[index];
          return std::clamp(in.log_density(traits) - out.log_density(traits), -kMost, kMost);
        },
        kOfNeighbours);
  }

  const Lattice& lattice_;
  CellWindow window_;
  CellField field_;
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
