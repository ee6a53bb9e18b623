// Mosaics whose cells are still of exactly one colour.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/mosaic/flat_cells.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/StringUtil.h>

#include "ganvas/mosaic/borders.h"
#include "ganvas/mosaic/jpeg_blocks.h"
#include "ganvas/mosaic/lattice.h"
#include "ganvas/mosaic/step_sums.h"

namespace ganvas {
namespace {

constexpr int64_t kLeastSide = 3;        // of a cell, pixels
constexpr double kSureSide = 4;          // the same, of few cells
constexpr double kMostSide = 80;         // the same
constexpr size_t kLeastRectangles = 5;   // that give a lattice
constexpr int64_t kLeastCells = 8;       // of a mosaic
constexpr int64_t kLeastAcross = 3;      // and its least columns and rows
constexpr double kLeastBlockStep = 1.5;  // levels: between blocks, of a JPEG of any quality
constexpr size_t kMostLookAlikes = 4;    // that are told of
constexpr size_t kMostLattices = 64;     // that are looked at, those of most rectangles first

/// Rectangles that begin where others end.
using Cluster = std::vector<PixelRect>;

/// Sets of numbers that are one by one joined.
class Joined {
 public:
  explicit Joined(size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  size_t root(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(size_t a, size_t b) { parent_[root(a)] = root(b); }

 private:
  std::vector<size_t> parent_;
};

/// The order of flat_rectangles().
bool before(const PixelRect& a, const PixelRect& b) {
  return std::pair(a.top, a.left) < std::pair(b.top, b.left);
}

/// When a rectangle hangs together with one that begins at its end: if they share the whole side, or
/// in any case. Mosaics that touch, and what is beside them, seldom share whole sides; but neither do
/// cells where others are of one colour.
enum class Join { kWholeSides, kCorners };

/// The clusters of enough rectangles, the largest first.
std::vector<Cluster> clusters_of(const std::vector<PixelRect>& rectangles, Join join) {
  Joined joined(rectangles.size());
  const auto join_with = [&](size_t i, const PixelRect& at, int64_t (PixelRect::*side)() const) {
    const auto found = std::lower_bound(rectangles.begin(), rectangles.end(), at, before);
    if (found == rectangles.end() || before(at, *found)) return;
    if (join == Join::kWholeSides && (rectangles[i].*side)() != ((*found).*side)()) return;
    joined.join(i, static_cast<size_t>(found - rectangles.begin()));
  };
  for (size_t i = 0; i < rectangles.size(); ++i) {
    const auto& w = rectangles[i];
    join_with(i, {w.right, w.top}, &PixelRect::height);
    join_with(i, {w.left, w.bottom}, &PixelRect::width);
  }
  std::vector<Cluster> all(rectangles.size());
  for (size_t i = 0; i < rectangles.size(); ++i) all[joined.root(i)].push_back(rectangles[i]);
  std::erase_if(all, [](const Cluster& c) { return c.size() < kLeastRectangles; });
  std::stable_sort(all.begin(), all.end(),
                   [](const Cluster& a, const Cluster& b) { return a.size() > b.size(); });
  return all;
}

bool is_whole(const Comb& comb) {
  return comb.period == std::round(comb.period) && comb.phase == std::round(comb.phase);
}

/// True if a place lies on a line, or between pixels beside it.
bool is_on(const Comb& comb, int64_t place) {
  constexpr double kRounding = 0.75;
  const double k = (static_cast<double>(place) + comb.phase) / comb.period;
  return std::abs(k - std::round(k)) * comb.period < kRounding;
}

/// A lattice, and the rectangles that gave it.
struct LatticeCluster {
  Lattice lattice;
  Cluster cluster;
};

/// The lattice of a cluster, and what of the cluster lies on it.
std::optional<LatticeCluster> lattice_of(Cluster cluster, const Borders& borders) {
  std::vector<int64_t> wide, high, x, y;
  for (const auto& w : cluster) {
    wide.push_back(w.width());
    high.push_back(w.height());
    x.insert(x.end(), {w.left, w.right});
    y.insert(y.end(), {w.top, w.bottom});
  }
  const auto across = comb_through(x, wide), down = comb_through(y, high);
  if (!across || !down) return std::nullopt;
  if (std::max(across->period, down->period) > kMostSide) return std::nullopt;
  std::erase_if(cluster, [&](const PixelRect& w) {
    return !is_on(*across, w.left) || !is_on(*across, w.right) || !is_on(*down, w.top) ||
           !is_on(*down, w.bottom);
  });
  if (cluster.size() < kLeastRectangles) return std::nullopt;
  return LatticeCluster{Lattice(*across, *down, borders.width(), borders.height()), cluster};
}

bool is_same(const Comb& a, const Comb& b) {
  constexpr double kSame = 1e-6;
  return std::abs(a.period - b.period) < kSame && std::abs(a.phase - b.phase) < kSame;
}

/// Adds a lattice, or its rectangles to the one that is the same: pieces of a mosaic may hang
/// together by corners, or not at all.
void add_lattice(LatticeCluster found, std::vector<LatticeCluster>& all) {
  const auto known = std::find_if(all.begin(), all.end(), [&](const LatticeCluster& other) {
    return is_same(other.lattice.across(), found.lattice.across()) &&
           is_same(other.lattice.down(), found.lattice.down());
  });
  if (known == all.end()) return all.push_back(std::move(found));
  known->cluster.insert(known->cluster.end(), found.cluster.begin(), found.cluster.end());
}

/// The lattices of an image, each with its rectangles.
std::vector<LatticeCluster> lattices_of(const Borders& borders) {
  std::vector<LatticeCluster> all;
  auto left = flat_rectangles(borders, kLeastSide);
  for (const auto join : {Join::kWholeSides, Join::kCorners}) {
    std::set<PixelRect, decltype(&before)> used(before);
    for (const auto& cluster : clusters_of(left, join)) {
      if (all.size() == kMostLattices) break;
      auto found = lattice_of(cluster, borders);
      if (!found) continue;
      used.insert(found->cluster.begin(), found->cluster.end());
      add_lattice(std::move(*found), all);
    }
    std::erase_if(left, [&](const PixelRect& w) { return used.contains(w); });
  }
  return all;
}

/// The flat cells of a lattice that hang together, and which of them are a mosaic's.
class FlatRegion {
 public:
  FlatRegion(const Borders& borders, const Lattice& lattice)
      : borders_(borders),
        lattice_(lattice),
        // Where lines lie between pixels, they may be one beside the nearest.
        margin_x_(is_whole(lattice.across()) ? 0 : 1),
        margin_y_(is_whole(lattice.down()) ? 0 : 1),
        state_(static_cast<size_t>(lattice.count()), State::kUnseen) {}

  /// Takes all flat cells that hang together with those of a cluster.
  void grow_from(const Cluster& cluster) {
    std::vector<int64_t> todo;
    for (const auto& w : cluster) see(lattice_.at(w.middle_x(), w.middle_y()), todo);
    while (!todo.empty()) {
      const auto cell = todo.back();
      todo.pop_back();
      cells_.push_back(cell);
      for (const auto side : Lattice::kSides) see(lattice_.beside(cell, side), todo);
    }
    std::sort(cells_.begin(), cells_.end());
    drop_spilled();
  }

  const std::vector<int64_t>& cells() const { return cells_; }
  bool has(int64_t cell) const { return cell >= 0 && state(cell) == State::kInside; }

  bool is_same(int64_t a, int64_t b) const {
    const auto p = lattice_.cell(a), q = lattice_.cell(b);
    return borders_.is_same(p.middle_x(), p.middle_y(), q.middle_x(), q.middle_y());
  }

 private:
  enum class State : char { kUnseen, kRough, kInside, kSpilled };

  State state(int64_t cell) const { return state_[static_cast<size_t>(cell)]; }
  State& state(int64_t cell) { return state_[static_cast<size_t>(cell)]; }

  void see(int64_t cell, std::vector<int64_t>& todo) {
    if (cell < 0 || state(cell) != State::kUnseen) return;
    auto w = lattice_.cell(cell);
    if (w.width() > 2 * margin_x_ + 1)
      w = {w.left + margin_x_, w.top, w.right - margin_x_, w.bottom};
    if (w.height() > 2 * margin_y_ + 1)
      w = {w.left, w.top + margin_y_, w.right, w.bottom - margin_y_};
    const bool is_flat = borders_.is_flat(w);
    state(cell) = is_flat ? State::kInside : State::kRough;
    if (is_flat) todo.push_back(cell);
  }

  /// How many pixels on a cell's side are like those across it, and how many there are.
  void count_across(int64_t cell, Lattice::Side side, int64_t& same, int64_t& all) const {
    const auto w = lattice_.cell(cell);
    const bool is_upright = side == Lattice::Side::kLeft || side == Lattice::Side::kRight;
    const int64_t x = side == Lattice::Side::kLeft ? w.left : w.right - 1;
    const int64_t y = side == Lattice::Side::kAbove ? w.top : w.bottom - 1;
    const int64_t step = side == Lattice::Side::kLeft || side == Lattice::Side::kAbove ? -1 : 1;
    if (is_upright) {
      for (int64_t at = w.top; at < w.bottom; ++at) same += borders_.is_same(x, at, x + step, at);
      all += w.height();
    } else {
      for (int64_t at = w.left; at < w.right; ++at) same += borders_.is_same(at, y, at, y + step);
      all += w.width();
    }
  }

  /// The cells of one colour that hang together with `first`; true if that colour goes on beyond
  /// the lattice's lines.
  bool spills(int64_t first, std::vector<int64_t>& piece, std::vector<bool>& is_seen) const {
    constexpr double kMostSame = 0.5;
    int64_t same = 0, all = 0;
    piece = {first};
    is_seen[static_cast<size_t>(first)] = true;
    for (size_t i = 0; i < piece.size(); ++i) {
      const auto cell = piece[i];
      for (const auto side : Lattice::kSides) {
        const auto next = lattice_.beside(cell, side);
        if (next < 0) continue;
        if (state(next) == State::kRough) count_across(cell, side, same, all);
        if (state(next) != State::kInside || is_seen[static_cast<size_t>(next)] ||
            !is_same(cell, next)) {
          continue;
        }
        is_seen[static_cast<size_t>(next)] = true;
        piece.push_back(next);
      }
    }
    return static_cast<double>(same) > kMostSame * static_cast<double>(all);
  }

  /// Keeps of the cells whose colour spills over only those that lie between others.
  void drop_spilled() {
    std::vector<bool> is_seen(state_.size(), false);
    std::vector<int64_t> piece, spilled;
    for (const auto cell : cells_) {
      if (is_seen[static_cast<size_t>(cell)] || !spills(cell, piece, is_seen)) continue;
      spilled.insert(spilled.end(), piece.begin(), piece.end());
    }
    for (const auto cell : spilled) state(cell) = State::kSpilled;
    std::vector<int64_t> between;
    for (const auto cell : spilled) {
      using Side = Lattice::Side;
      const auto meets = [&](Side side) { return meets_inside(cell, side); };
      const bool is_between = (meets(Side::kLeft) && meets(Side::kRight)) ||
                              (meets(Side::kAbove) && meets(Side::kBelow));
      if (is_between) between.push_back(cell);
    }
    for (const auto cell : between) state(cell) = State::kInside;
    std::erase_if(cells_, [this](int64_t cell) { return state(cell) != State::kInside; });
  }

  /// True if one comes to the mosaic's cells from `cell` over cells that spilled.
  bool meets_inside(int64_t cell, Lattice::Side side) const {
    do {
      cell = lattice_.beside(cell, side);
    } while (cell >= 0 && state(cell) == State::kSpilled);
    return has(cell);
  }

  const Borders& borders_;
  const Lattice& lattice_;
  int64_t margin_x_, margin_y_;
  std::vector<State> state_;
  std::vector<int64_t> cells_;
};

/// What cells of a lattice have in common.
struct Traits {
  int64_t cells = 0, columns = 0, rows = 0, colours = 0;
  double alike = 0;  // share of neighbours of equal colour
  double step = 0;   // mean difference of the luma of neighbours, levels
};

PixelRect at_middle(const PixelRect& w) {
  return {w.middle_x(), w.middle_y(), w.middle_x() + 1, w.middle_y() + 1};
}

Traits traits_of(const Image& image, const Borders& borders, const Lattice& lattice,
                 const FlatRegion& region) {
  std::set<uint64_t> colours;
  std::set<int64_t> columns, rows;
  int64_t pairs = 0, alike = 0;
  Traits traits;
  for (const auto cell : region.cells()) {
    const auto w = lattice.cell(cell);
    colours.insert(borders.colour(w.middle_x(), w.middle_y()));
    columns.insert(cell % lattice.columns());
    rows.insert(cell / lattice.columns());
    for (const auto side : {Lattice::Side::kRight, Lattice::Side::kBelow}) {
      const auto next = lattice.beside(cell, side);
      if (!region.has(next)) continue;
      ++pairs;
      alike += region.is_same(cell, next);
      traits.step += std::abs(mean_luma(image, at_middle(w)) -
                              mean_luma(image, at_middle(lattice.cell(next))));
    }
  }
  const auto size = [](const auto& set) { return static_cast<int64_t>(set.size()); };
  traits.cells = size(region.cells());
  traits.columns = size(columns);
  traits.rows = size(rows);
  traits.colours = size(colours);
  traits.alike = static_cast<double>(alike) / static_cast<double>(std::max<int64_t>(1, pairs));
  traits.step /= static_cast<double>(std::max<int64_t>(1, pairs));
  return traits;
}

/// True if colours come again as in pixel art, codes and boards; in a mosaic nearly each cell has its
/// own.
bool has_few_colours(const Traits& t) {
  constexpr int64_t kFew = 24, kGreys = 256;
  constexpr double kAlike = 0.4;
  if (t.colours < std::min(t.cells / 2, kFew)) return true;
  return t.colours < kGreys && t.cells > 4 * t.colours && t.alike > kAlike;
}

/// What a JPEG may have left in the image.
struct JpegTraces {
  double block_step;  // levels
  bool has_blocks;
};

/// What a lattice turns out to be, added to the findings; nothing if it is too little of anything.
void judge(const Image& image, const Borders& borders, const Lattice& lattice,
           const FlatRegion& region, const JpegTraces& jpeg, FlatFindings& all) {
  constexpr double kCertain = 100;
  const auto traits = traits_of(image, borders, lattice, region);
  const auto &x = lattice.across(), &y = lattice.down();
  // Small or uneven fields come about by chance sooner.
  const bool is_sure = is_whole(x) && is_whole(y) && std::min(x.period, y.period) >= kSureSide;
  const int64_t across = is_sure ? kLeastAcross : 2 * kLeastAcross;
  const int64_t cells = is_sure ? kLeastCells : 4 * kLeastCells;
  if (traits.cells < cells || std::min(traits.columns, traits.rows) < across) return;
  auto& findings = all.findings;
  draw_cells(lattice, region.cells(), all.known);
  if (has_few_colours(traits)) {
    if (findings.look_alikes.size() == kMostLookAlikes) return;
    findings.look_alikes.push_back(
        c10::str(traits.cells, " fields of ", x.period, " x ", y.period, " pixels in ",
                 traits.colours, " colours: pixel art, a code or a board, not a mosaic"));
    return;
  }
  const bool is_doubtful = is_on_blocks(x) || is_on_blocks(y) || !is_sure ||
                           (std::min(x.period, y.period) <= 8 && jpeg.has_blocks);
  if (is_doubtful && traits.step < jpeg.block_step) {
    if (!is_on_blocks(x) || !is_on_blocks(y)) return;
    if (findings.look_alikes.size() == kMostLookAlikes) return;
    findings.look_alikes.push_back(
        c10::str(traits.cells, " flat blocks of a JPEG of low quality, not a mosaic"));
    return;
  }
  const FineGrid grid{x.period, y.period, x.phase, y.phase};
  auto mask = at::zeros_like(all.known);
  draw_cells(lattice, region.cells(), mask);
  findings.mosaics.push_back({grid, mask, kCertain});
}

}  // namespace

FlatFindings find_flat_mosaics(const Image& image, double block_step) {
  const Borders borders(image);
  FlatFindings findings{{}, at::zeros({1, image.height, image.width})};
  const auto lattices = lattices_of(borders);
  if (lattices.empty()) return findings;
  const JpegTraces jpeg{std::max(kLeastBlockStep, block_step), has_jpeg_blocks(borders)};
  for (const auto& [lattice, cluster] : lattices) {
    FlatRegion region(borders, lattice);
    region.grow_from(cluster);
    judge(image, borders, lattice, region, jpeg, findings);
  }
  return findings;
}

}  // namespace ganvas
