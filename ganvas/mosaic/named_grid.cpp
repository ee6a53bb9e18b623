// The grid of a mosaic whose place and cells are named.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/named_grid.h"

#include <algorithm>

#include "ganvas/mosaic/comb.h"
#include "ganvas/mosaic/step_sums.h"

namespace ganvas {
namespace {

/// The mean step of each column and row between pixels that are both in the mask.
struct Profiles {
  std::vector<double> across, down;
};

Profiles profiles_of(const Image& image, const Tensor& mask) {
  const StepSums steps(image, /*block_step=*/0);
  const auto whole = mask.contiguous();
  const auto* is_in = whole.const_data_ptr<float>();
  const auto has = [&](int64_t x, int64_t y) { return is_in[y * image.width + x] > 0.5F; };
  Profiles p{std::vector<double>(static_cast<size_t>(image.width), 0),
             std::vector<double>(static_cast<size_t>(image.height), 0)};
  auto across_count = p.across, down_count = p.down;
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) {
      if (!has(x, y)) continue;
      const PixelRect pixel{x, y, x + 1, y + 1};
      if (x > 0 && has(x - 1, y)) {
        p.across[static_cast<size_t>(x)] += steps.across(pixel);
        ++across_count[static_cast<size_t>(x)];
      }
      if (y > 0 && has(x, y - 1)) {
        p.down[static_cast<size_t>(y)] += steps.down(pixel);
        ++down_count[static_cast<size_t>(y)];
      }
    }
  }
  for (size_t x = 0; x < p.across.size(); ++x) p.across[x] /= std::max(1.0, across_count[x]);
  for (size_t y = 0; y < p.down.size(); ++y) p.down[y] /= std::max(1.0, down_count[y]);
  return p;
}

/// The best phase of a comb of whole pixels, and what it and the named one come to.
struct PhaseFit {
  int64_t phase = 0;
  double best = 0, named = 0;
};

PhaseFit best_phase(const std::vector<double>& profile, int64_t cell, int64_t named) {
  const auto contrast = [&](int64_t phase) {
    return fit_of(profile, {static_cast<double>(cell), static_cast<double>(phase)}).contrast();
  };
  PhaseFit fit{named, contrast(named), contrast(named)};
  for (int64_t phase = 0; phase < cell; ++phase) {
    if (contrast(phase) <= fit.best) continue;
    fit.phase = phase;
    fit.best = contrast(phase);
  }
  return fit;
}

}  // namespace

NamedGrid look_at_named(const Image& image, const Mosaic& mosaic) {
  constexpr double kMore = 0.3;  // contrast by which another phase must be better
  constexpr double kSeen = 0.3;  // contrast of a grid that is there at all
  const auto profiles = profiles_of(image, mosaic.mask);
  NamedGrid look{mosaic.grid};
  auto& g = look.grid;
  const auto across = best_phase(profiles.across, g.cell_width, g.phase_x);
  const auto down = best_phase(profiles.down, g.cell_height, g.phase_y);
  const auto inside =
      fit_of(profiles.across, {static_cast<double>(g.cell_width), static_cast<double>(g.phase_x)});
  constexpr double kSomething = 0.5;  // of a mean step; less is a mask of one colour
  look.is_seen = inside.between < kSomething || std::min(across.best, down.best) > kSeen;
  if (across.best > across.named + kMore) g.phase_x = across.phase;
  if (down.best > down.named + kMore) g.phase_y = down.phase;
  look.fits = g.phase_x == mosaic.grid.phase_x && g.phase_y == mosaic.grid.phase_y;
  return look;
}

}  // namespace ganvas
