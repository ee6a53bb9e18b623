// Mosaics that JPEG or rescaling has blurred.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/worn_mosaics.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/maximum.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/StringUtil.h>

#include "ganvas/mosaic/cell_judge.h"
#include "ganvas/mosaic/drawn_fields.h"
#include "ganvas/mosaic/jpeg_blocks.h"
#include "ganvas/mosaic/outline.h"
#include "ganvas/mosaic/seeds.h"

namespace ganvas {
namespace {

constexpr size_t kMostTries = 400;      // seeds that are followed
constexpr int64_t kLeastCells = 9;      // of a mosaic
constexpr int64_t kLeastAcross = 3;     // and its least columns and rows
constexpr double kLeastEvidence = 0.6;  // since the judge refuses what is none
constexpr double kLeastStep = 0.7;      // mean at the lines, as StepSums has it

// Of a mosaic's contrast, where its inside is smooth, and where it is as rough as cloth and walls;
// what is added for few cells, and for few lines.
constexpr double kLeastContrast = 0.25, kLeastOfRough = 0.4, kRough = 1.4;
constexpr double kOfOneCell = 1.6, kOfOneLine = 0.6;
constexpr double kCertain = 0.9;  // where no other grid is looked for

using Side = Lattice::Side;

bool has(const std::vector<int64_t>& cells, int64_t cell) {
  return std::binary_search(cells.begin(), cells.end(), cell);
}

/// A comb, and how far it stands out.
struct AxisFit {
  CombFit fit;
  double contrast = 0;
};

/// A mosaic on its way: a grid, and the cells that are its.
struct Candidate {
  Seed seed;
  Lattice lattice;
  std::vector<int64_t> cells;
  AxisFit across, down;

  double contrast() const { return std::min(across.contrast, down.contrast); }
  FineGrid grid() const {
    const auto &x = across.fit.comb, &y = down.fit.comb;
    return {x.period, y.period, x.phase, y.phase};
  }
};

/// The pixels from the first cell to the last.
PixelRect extent_of(const Candidate& c) {
  auto all = c.lattice.cell(c.cells.front());
  for (const auto cell : c.cells) {
    const auto w = c.lattice.cell(cell);
    all = {std::min(all.left, w.left), std::min(all.top, w.top), std::max(all.right, w.right),
           std::max(all.bottom, w.bottom)};
  }
  return all;
}

/// Over 1 if the contrast is more than chance reaches; with few cells or lines that is more.
double evidence_of(const Candidate& c) {
  if (c.cells.empty()) return 0;
  const auto all = extent_of(c);
  const double columns = static_cast<double>(all.width()) / c.lattice.across().period;
  const double rows = static_cast<double>(all.height()) / c.lattice.down().period;
  const bool is_rough = std::max(c.across.fit.between, c.down.fit.between) > kRough;
  const double least = (is_rough ? kLeastOfRough : kLeastContrast) +
                       kOfOneCell / std::sqrt(static_cast<double>(c.cells.size())) +
                       kOfOneLine / std::max(1.0, std::min(columns, rows) - 1);
  return c.contrast() / least;
}

/// Sums along lines of a window, divided by the length of a typical line: what crosses little tells
/// little.
class Profile {
 public:
  explicit Profile(int64_t length) : sums_(static_cast<size_t>(length), 0), weights_(sums_) {}

  void add(int64_t place, double mean, double weight) {
    sums_[static_cast<size_t>(place)] += mean * weight;
    weights_[static_cast<size_t>(place)] += weight;
  }

  std::vector<double> means() const {
    double squares = 0, total = 0;
    for (const double weight : weights_) {
      squares += weight * weight;
      total += weight;
    }
    auto means = sums_;
    const double typical = std::max(1.0, squares / std::max(1.0, total));
    for (auto& mean : means) mean /= typical;
    return means;
  }

 private:
  std::vector<double> sums_, weights_;
};

/// Fits a profile's comb again; the combs count from the image's corner, the profile from `begin`.
AxisFit fitted(const Profile& profile, const Comb& near, int64_t begin) {
  const auto means = profile.means();
  auto fit = refit(means, moved(near, -static_cast<double>(begin)));
  const double contrast = standing_out(means, fit.comb);
  fit.comb = moved(fit.comb, static_cast<double>(begin));
  return {fit, contrast};
}

/// Fits the grid to all cells. Steps into the mosaic from outside do not count.
void fit_grid(const StepSums& steps, Candidate& c) {
  const auto all = extent_of(c);
  Profile across(all.width()), down(all.height());
  for (const auto cell : c.cells) {
    const auto w = c.lattice.cell(cell);
    const int64_t left = has(c.cells, c.lattice.beside(cell, Side::kLeft)) ? w.left : w.left + 1;
    const int64_t top = has(c.cells, c.lattice.beside(cell, Side::kAbove)) ? w.top : w.top + 1;
    for (int64_t x = left; x < w.right; ++x) {
      across.add(x - all.left, steps.across({x, w.top, x + 1, w.bottom}),
                 static_cast<double>(w.height()));
    }
    for (int64_t y = top; y < w.bottom; ++y) {
      down.add(y - all.top, steps.down({w.left, y, w.right, y + 1}),
               static_cast<double>(w.width()));
    }
  }
  c.across = fitted(across, c.lattice.across(), all.left);
  c.down = fitted(down, c.lattice.down(), all.top);
}

/// The cells of a lattice whose middles lie in those of another.
std::vector<int64_t> carried_over(const Lattice& from, const std::vector<int64_t>& cells,
                                  const Lattice& to) {
  std::vector<int64_t> all;
  for (const auto cell : cells) {
    const auto w = from.cell(cell);
    all.push_back(to.at(w.middle_x(), w.middle_y()));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// Grows a seed, fits its grid to all of it, and grows it again. No cells if it comes to nothing.
Candidate follow(const Image& image, double block_step, const StepSums& steps, const Seed& seed) {
  Candidate c{seed, {seed.across.comb, seed.down.comb, steps.width(), steps.height()}, {}, {}, {}};
  const int64_t first = c.lattice.at(seed.window.left, seed.window.top);
  for (int64_t cell = first; cell < c.lattice.count(); ++cell) {
    const auto w = c.lattice.cell(cell);
    if (w.top >= seed.window.bottom) break;
    if (seed.window.holds(w.middle_x(), w.middle_y())) c.cells.push_back(cell);
  }
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    const auto before = std::move(c.cells);
    c.cells = cells_like(steps, c.lattice, before);
    if (c.cells.empty()) c.cells = judged_cells(image, block_step, c.lattice, before);
    if (c.cells.empty()) return c;
    fit_grid(steps, c);
    if (round + 1 == kRounds) break;
    const Lattice next(c.across.fit.comb, c.down.fit.comb, steps.width(), steps.height());
    c.cells = carried_over(c.lattice, c.cells, next);
    c.lattice = next;
  }
  return c;
}

/// The mean difference between the luma of neighbouring cells, levels.
double mean_difference(const Image& image, const Candidate& c) {
  double sum = 0, pairs = 0;
  for (const auto cell : c.cells) {
    const double own = mean_luma(image, c.lattice.cell(cell));
    for (const auto side : {Side::kRight, Side::kBelow}) {
      const auto next = c.lattice.beside(cell, side);
      if (!has(c.cells, next)) continue;
      sum += std::abs(own - mean_luma(image, c.lattice.cell(next)));
      ++pairs;
    }
  }
  return sum / std::max(1.0, pairs);
}

/// True if a seed is one more of those that led to a candidate.
bool is_alike(const Candidate& c, const Seed& seed) {
  constexpr double kAlike = 0.03;
  const auto near = [](const Comb& a, const Comb& b) {
    return std::abs(a.period - b.period) < kAlike * a.period;
  };
  return near(c.seed.across.comb, seed.across.comb) && near(c.seed.down.comb, seed.down.comb);
}

enum class Verdict { kMosaic, kDrawn, kNothing };

Verdict verdict_on(const Image& image, double block_step, const Candidate& c) {
  if (std::ssize(c.cells) < kLeastCells) return Verdict::kNothing;
  const auto all = extent_of(c);
  const auto least = [](double period) { return (kLeastAcross - 0.5) * period; };
  if (static_cast<double>(all.width()) < least(c.lattice.across().period) ||
      static_cast<double>(all.height()) < least(c.lattice.down().period) ||
      evidence_of(c) < kLeastEvidence || std::min(c.across.fit.on, c.down.fit.on) < kLeastStep) {
    return Verdict::kNothing;
  }
  const bool is_on_jpeg = is_on_blocks(c.across.fit.comb) && is_on_blocks(c.down.fit.comb);
  if (is_on_jpeg && mean_difference(image, c) < block_step) return Verdict::kNothing;
  return are_drawn(image, c.lattice, c.cells) ? Verdict::kDrawn : Verdict::kMosaic;
}

bool is_whole(const Comb& comb) {
  constexpr double kNear = 0.01;
  return std::abs(comb.period - std::round(comb.period)) < kNear;
}

/// More where the cells measure whole pixels along one axis alone: an image is rescaled along both or none.
double least_evidence(const Candidate& c) {
  constexpr double kOfUnlike = 1.15;
  return is_whole(c.across.fit.comb) == is_whole(c.down.fit.comb) ? kLeastEvidence : kOfUnlike;
}

/// Has the cells of a candidate judged, and fits its grid to those that are a mosaic's.
///   returns: false if too few are, or the grid does not stand out among them
bool outline(const Image& image, double block_step, const StepSums& steps, Candidate& c) {
  constexpr double kLeastOfCells = 0.4;
  constexpr int kRounds = 2;
  const auto before = std::ssize(c.cells);
  for (int round = 0; round < kRounds; ++round) {
    const Lattice fitted(c.across.fit.comb, c.down.fit.comb, image.width, image.height);
    c.cells = judged_cells(image, block_step, fitted, carried_over(c.lattice, c.cells, fitted));
    c.lattice = fitted;
    if (std::ssize(c.cells) < kLeastCells ||
        static_cast<double>(std::ssize(c.cells)) < kLeastOfCells * static_cast<double>(before)) {
      return false;
    }
    if (round + 1 < kRounds) fit_grid(steps, c);
  }
  return evidence_of(c) >= least_evidence(c);
}

/// What the seeds lead to that is on a grid, the surest first; the same one may be there many times.
std::vector<std::pair<Verdict, Candidate>> candidates_of(const Image& image, double block_step,
                                                         const Tensor& known) {
  const StepSums steps(image, block_step);
  const auto* is_known = known.const_data_ptr<float>();
  std::vector<Candidate> followed;
  for (const auto& seed : find_seeds(steps)) {
    const int64_t x = seed.window.middle_x(), y = seed.window.middle_y();
    if (is_known[y * image.width + x] > 0) continue;
    const bool is_followed = std::any_of(followed.begin(), followed.end(), [&](const Candidate& c) {
      return (c.contrast() > kCertain || is_alike(c, seed)) && has(c.cells, c.lattice.at(x, y));
    });
    if (is_followed) continue;
    followed.push_back(follow(image, block_step, steps, seed));
    if (followed.size() == kMostTries) break;
  }
  std::stable_sort(followed.begin(), followed.end(), [](const Candidate& a, const Candidate& b) {
    return evidence_of(a) > evidence_of(b);
  });
  std::vector<std::pair<Verdict, Candidate>> all;
  for (auto& c : followed) {
    if (c.cells.empty()) continue;
    const auto verdict = verdict_on(image, block_step, c);
    if (verdict == Verdict::kMosaic && !outline(image, block_step, steps, c)) continue;
    if (verdict != Verdict::kNothing) all.emplace_back(verdict, std::move(c));
  }
  return all;
}

}  // namespace

void find_worn_mosaics(const Image& image, double block_step, const Tensor& known,
                       Findings& findings) {
  constexpr double kMostTaken = 0.3;
  auto taken = known;
  for (const auto& [verdict, c] : candidates_of(image, block_step, known)) {
    auto mask = at::zeros_like(known);
    draw_cells(c.lattice, c.cells, mask);
    const double share = (mask * taken).sum().item<double>() / mask.sum().item<double>();
    if (share > kMostTaken) continue;
    if (verdict == Verdict::kMosaic) {
      findings.mosaics.push_back({c.grid(), mask * (1 - taken), evidence_of(c)});
    } else {
      findings.look_alikes.push_back(c10::str(
          c.cells.size(), " fields of ", c.lattice.across().period, " x ", c.lattice.down().period,
          " pixels with lines between them, in few shades, or up and down in turn: drawn, built or "
          "woven, not a mosaic"));
    }
    taken = at::maximum(taken, mask);
  }
}

}  // namespace ganvas
