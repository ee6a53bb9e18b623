// Places where a mosaic may lie, and its grid there.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/seeds.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/Parallel.h>

namespace ganvas {
namespace {

constexpr double kLeastCell = 3.5, kMostCell = 80;  // pixels
constexpr double kOctaves = 1.26;                   // from one size of windows to the next

/// Windows of so many cells, and the contrast that chance seldom has there.
struct Kind {
  double cells;
  double least_contrast;
};

constexpr std::array<Kind, 2> kKinds = {{{6, 0.6}, {12, 0.4}}};

/// Where windows begin: a third of their length apart, the last at the end.
std::vector<int64_t> starts(int64_t length, int64_t window) {
  std::vector<int64_t> all;
  const int64_t step = std::max<int64_t>(1, window / 3);
  for (int64_t at = 0; at + window < length; at += step) all.push_back(at);
  all.push_back(length - window);
  return all;
}

/// What is found in the windows of `side` pixels that begin at `top`, for cells from `cell` on.
std::vector<Seed> seeds_of_row(const StepSums& steps, int64_t top, int64_t side, double cell,
                               double least_contrast) {
  std::vector<Seed> seeds;
  for (const int64_t left : starts(steps.width(), side)) {
    Seed seed{{left, top, left + side, top + side}, {}, {}};
    seed.across =
        best_comb(profile_across(steps, seed.window), cell, cell * kOctaves, least_contrast);
    if (seed.across.on == 0) continue;
    // Cells need not be square.
    seed.down = best_comb(profile_down(steps, seed.window), std::max(kLeastCell, cell / 2),
                          cell * 2, least_contrast);
    if (seed.down.on == 0) continue;
    seed.across.comb = moved(seed.across.comb, static_cast<double>(left));
    seed.down.comb = moved(seed.down.comb, static_cast<double>(top));
    seeds.push_back(seed);
  }
  return seeds;
}

}  // namespace

std::vector<double> profile_across(const StepSums& steps, const PixelRect& w) {
  std::vector<double> profile(static_cast<size_t>(w.width()), 0);
  for (int64_t x = 1; x < w.width(); ++x) {
    profile[static_cast<size_t>(x)] = steps.across({w.left + x, w.top, w.left + x + 1, w.bottom});
  }
  return profile;
}

std::vector<double> profile_down(const StepSums& steps, const PixelRect& w) {
  std::vector<double> profile(static_cast<size_t>(w.height()), 0);
  for (int64_t y = 1; y < w.height(); ++y) {
    profile[static_cast<size_t>(y)] = steps.down({w.left, w.top + y, w.right, w.top + y + 1});
  }
  return profile;
}

std::vector<Seed> find_seeds(const StepSums& steps) {
  std::vector<Seed> seeds;
  for (double cell = kLeastCell; cell < kMostCell; cell *= kOctaves) {
    for (const auto& kind : kKinds) {
      const auto side = static_cast<int64_t>(std::lround(cell * kind.cells * std::sqrt(kOctaves)));
      if (side > steps.width() || side > steps.height()) continue;
      const auto tops = starts(steps.height(), side);
      std::vector<std::vector<Seed>> rows(tops.size());
      at::parallel_for(0, std::ssize(tops), 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          const auto row = static_cast<size_t>(i);
          rows[row] = seeds_of_row(steps, tops[row], side, cell, kind.least_contrast);
        }
      });
      for (const auto& row : rows) seeds.insert(seeds.end(), row.begin(), row.end());
    }
  }
  std::stable_sort(seeds.begin(), seeds.end(),
                   [](const Seed& a, const Seed& b) { return a.contrast() > b.contrast(); });
  return seeds;
}

}  // namespace ganvas
