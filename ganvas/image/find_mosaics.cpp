// Finding mosaics in a picture.
// SPDX-License-Identifier: Apache-2.0
//
// Windows of three sizes slide over the picture. In each, the mean step from column to column, and
// from row to row, is a profile; where both lie on combs, there may be a mosaic. From the clearest
// window on, the mosaic grows over the cells that are flat, its grid is fitted again to all of
// them, and it counts if what is left of the steps at its lines still stands out.
#include "ganvas/image/find_mosaics.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ops/zeros.h>

#include "ganvas/image/cell_map.h"

namespace ganvas {
namespace {

constexpr std::array<int64_t, 3> kWindows = {48, 96, 192};  // sides, pixels
constexpr double kLeastCell = 3, kMostCell = 50;            // pixels
constexpr double kCellsAcross = 4, kMostCells = 16;         // in a window, at least and at most
constexpr double kLeastScore = 0.1;                         // of a window, for each axis
constexpr double kSureScore = 0.2;                          // the same, of few or large cells
constexpr double kLeastStep = 1;                            // levels, at the lines of a mosaic
constexpr double kLeastStepOfJpeg = 2;                      // the same, for grids that JPEG has
constexpr double kLeastShare = 0.5;   // of the rise at the lines that is a change of colour
constexpr double kLeastContrast = 2;  // of steps at the lines to those between
constexpr size_t kMostRivals = 12;    // grids that are tried for one mosaic
constexpr size_t kMostMosaics = 16;
constexpr int64_t kLeastCells = 9;  // of a mosaic
constexpr double kManyCells = 20, kFineCell = 36;

/// Where a mosaic may be.
struct Seed {
  Window window;
  CombFit across, down;
  double score() const { return std::min(across.score, down.score); }
};

/// The comb with its origin moved: a line at x lies at x - by.
Comb moved(Comb comb, double by) {
  comb.phase = std::fmod(comb.phase + by, comb.period);
  if (comb.phase < 0) comb.phase += comb.period;
  return comb;
}

std::vector<Seed> find_seeds(const Steps& steps) {
  std::vector<Seed> seeds;
  for (const int64_t side : kWindows) {
    const int64_t across = std::min(side, steps.width()), down = std::min(side, steps.height());
    const double least = std::max(kLeastCell, static_cast<double>(side) / kMostCells);
    const auto places = [&](int64_t length, int64_t window) {
      std::vector<int64_t> starts;
      for (int64_t at = 0; at + window < length; at += side / 2) starts.push_back(at);
      starts.push_back(length - window);
      return starts;
    };
    for (const int64_t top : places(steps.height(), down)) {
      for (const int64_t left : places(steps.width(), across)) {
        Seed seed{{left, top, left + across, top + down}, {}, {}};
        seed.across = best_comb(steps.profile_across(seed.window), least,
                                static_cast<double>(across) / kCellsAcross);
        if (seed.across.score < kLeastScore || seed.across.on_lines < kLeastStep) continue;
        seed.down = best_comb(steps.profile_down(seed.window), least,
                              static_cast<double>(down) / kCellsAcross);
        if (seed.score() < kLeastScore || seed.down.on_lines < kLeastStep) continue;
        seed.across.comb = moved(seed.across.comb, -static_cast<double>(left));
        seed.down.comb = moved(seed.down.comb, -static_cast<double>(top));
        seeds.push_back(seed);
      }
    }
  }
  std::sort(seeds.begin(), seeds.end(),
            [](const Seed& a, const Seed& b) { return a.score() > b.score(); });
  return seeds;
}

/// The comb near another, and near its multiples and parts, that fits a profile best.
CombFit refit(const std::vector<double>& profile, const Comb& near) {
  CombFit best = fit_of(profile, near);
  const auto length = static_cast<double>(profile.size());
  for (const double factor : {1.0, 2.0, 3.0, 4.0, 0.5, 1.0 / 3}) {
    const double middle_period = near.period * factor, reach = 0.03 * middle_period;
    if (middle_period < kLeastCell || middle_period > kMostCell) continue;
    const double step = std::max(0.02, 0.25 * middle_period / length);
    // Of a multiple's lines, only every second or third of the old ones may be left.
    const auto lines = static_cast<int64_t>(std::max(1.0, factor));
    for (double period = middle_period - reach; period <= middle_period + reach; period += step) {
      // A small change of the period moves far lines much: the line in the middle is what stays.
      const double line =
          std::round((length / 2 + near.phase) / near.period) * near.period - near.phase;
      for (int64_t k = 0; k < lines; ++k) {
        for (double by = -1; by <= 1; by += 0.125) {
          const double at = line + static_cast<double>(k) * near.period + by;
          const auto fit = fit_of(profile, moved({period, 0}, -at));
          if (fit.score > best.score * (factor > 1 ? 1.1 : 1.0001)) best = fit;
        }
      }
    }
  }
  const double whole = std::round(best.comb.period);
  if (std::abs(whole - best.comb.period) > 0.15) return best;
  for (double phase = 0; phase < whole; phase += 1) {
    const auto fit = fit_of(profile, {whole, phase});
    if (fit.score > best.score * 0.999) best = fit;
  }
  return best;
}

double contrast_of(const CombFit& fit) {
  return fit.on_lines / (fit.between + 0.25);
}

/// A mosaic that grew from a seed, and how well its grid explains it.
struct Candidate {
  FoundMosaic mosaic;
  double score = 0;  // 0 if it is no mosaic after all
};

/// JPEG leaves grids of 8 and 16 pixels of its own, with small steps, in smooth places.
double least_step(const Comb& across, const Comb& down) {
  const auto is_like = [&](double side) {
    return std::abs(across.period - side) < 0.2 && std::abs(down.period - side) < 0.2;
  };
  return is_like(8) || is_like(16) ? kLeastStepOfJpeg : kLeastStep;
}

/// How much of the rise across the lines between neighbouring cells is a change from one cell's
/// colour to the other's: 1 in a mosaic, 0 where lines are drawn between fields of one colour, over 1
/// where colours change elsewhere.
double share_of_changes(const Steps& steps, const Seed& seed, const Tensor& mask) {
  const CellMap cells(steps, seed.across.comb, seed.down.comb);
  double changes = 0, rises = 0;
  const auto* inside = mask.const_data_ptr<float>();
  const auto is_inside = [&](const Window& w) {
    return inside[(w.top + w.bottom) / 2 * steps.width() + (w.left + w.right) / 2] > 0;
  };
  const auto compare = [&](const Window& a, const Window& b, double rise) {
    if (!is_inside(a) || !is_inside(b)) return;
    changes += steps.difference(a, b);
    rises += rise;
  };
  for (int64_t row = 0; row + 1 < cells.rows(); ++row) {
    for (int64_t column = 0; column + 1 < cells.columns(); ++column) {
      const auto here = cells.cell(column, row);
      compare(here, cells.cell(column + 1, row), cells.rise_right_of(here));
      compare(here, cells.cell(column, row + 1), cells.rise_below(here));
    }
  }
  return rises > 0 ? changes / rises : 0;
}

/// Grows a seed and fits its grid again.
Candidate follow(const Steps& steps, Seed seed) {
  Tensor mask;
  for (int round = 0; round < 2; ++round) {
    mask = grow_mosaic({steps, seed.across.comb, seed.down.comb}, seed.window);
    if (mask.sum().item<double>() == 0) return {};
    seed.across = refit(steps.profile_across(mask), seed.across.comb);
    seed.down = refit(steps.profile_down(mask), seed.down.comb);
  }
  mask = grow_mosaic({steps, seed.across.comb, seed.down.comb}, seed.window);
  const auto &x = seed.across.comb, &y = seed.down.comb;
  const double cells = mask.sum().item<double>() / (x.period * y.period);
  const double step = std::min(seed.across.on_lines, seed.down.on_lines);
  const double contrast = std::min(contrast_of(seed.across), contrast_of(seed.down));
  const bool is_clear =
      cells >= kLeastCells && step >= least_step(x, y) && contrast >= kLeastContrast;
  // Over many small cells a lower score is no less sure than a high one over few large ones.
  const bool is_fine = cells >= kManyCells && std::max(x.period, y.period) <= kFineCell;
  const double least_score = is_fine ? kLeastScore : kSureScore;
  if (!is_clear || seed.score() < least_score) return {};
  const double share = share_of_changes(steps, seed, mask);
  if (share < kLeastShare || share > 1 / kLeastShare) return {};
  return {{{x.period, y.period, x.phase, y.phase}, mask.unsqueeze(0), contrast / kLeastContrast},
          seed.score()};
}

bool is_alike(const Seed& a, const Seed& b) {
  constexpr double kAlike = 0.05;
  const auto near = [](double p, double q) { return std::abs(p - q) < kAlike * p; };
  return near(a.across.comb.period, b.across.comb.period) &&
         near(a.down.comb.period, b.down.comb.period);
}

/// The best of what grows from the first few unlike seeds whose windows are not taken.
Candidate best_candidate(const Steps& steps, const std::vector<Seed>& seeds, const Tensor& taken) {
  constexpr double kMostTaken = 0.25;
  std::vector<const Seed*> rivals;
  Candidate best;
  for (const auto& seed : seeds) {
    const auto& w = seed.window;
    const auto part = taken.slice(1, w.top, w.bottom).slice(2, w.left, w.right);
    if (part.mean().item<double>() > kMostTaken) continue;
    const bool is_new = std::none_of(rivals.begin(), rivals.end(),
                                     [&](const Seed* rival) { return is_alike(*rival, seed); });
    if (!is_new) continue;
    rivals.push_back(&seed);
    auto candidate = follow(steps, seed);
    if (candidate.score > best.score) best = std::move(candidate);
    if (rivals.size() == kMostRivals) break;
  }
  return best;
}

}  // namespace

FoundMosaic known_mosaic(const Mosaic& mosaic) {
  const auto& g = mosaic.grid;
  const FineGrid grid{static_cast<double>(g.cell_width), static_cast<double>(g.cell_height),
                      static_cast<double>(g.phase_x), static_cast<double>(g.phase_y)};
  return {grid, mosaic.mask};
}

std::vector<FoundMosaic> find_mosaics(const Tensor& picture) {
  std::vector<FoundMosaic> found;
  if (picture.size(1) < 2 * kLeastCell * kCellsAcross ||
      picture.size(2) < 2 * kLeastCell * kCellsAcross) {
    return found;
  }
  const Steps steps(picture.to(at::kFloat).contiguous());
  auto taken = at::zeros({1, steps.height(), steps.width()});
  const auto seeds = find_seeds(steps);
  while (found.size() < kMostMosaics) {
    auto [mosaic, score] = best_candidate(steps, seeds, taken);
    if (score == 0) break;
    mosaic.mask = mosaic.mask * (1 - taken);
    taken = (taken + mosaic.mask).clamp_max(1);
    found.push_back(std::move(mosaic));
  }
  return found;
}

}  // namespace ganvas
