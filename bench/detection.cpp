// How often mosaics are found in photographs, and what is found where there are none.
// SPDX-License-Identifier: Apache-2.0
//
//     detection_bench plain|jpeg|worn COUNT FOLDER...   COUNT images with one to four mosaics
//     detection_bench clean COUNT FOLDER...             COUNT images as they are
//     detection_bench cells-jpeg|cells-worn COUNT FOLDER...   writes cells-jpeg.bin: what bench/fit_cells.py learns from
//
// Images are photographs brought to a longer side of 320 to 6000 pixels. Cells have sides of 4 to
// 64 pixels, half of them not square; regions are boxes, ellipses and blobs of 3 to 60 cells.
// jpeg: then compressed at a quality of 75 to 95. worn: rescaled by 0.5 to 1.5, then compressed at
// 50 to 95. A mosaic is right if its cells and its lines (at its middle) are exact, worn within half
// a pixel, and intersection over union of its mask is 0.9 (worn 0.8) at least. What is found and
// touches none of them, or has another grid, is wrong. The same arguments make the same mosaics.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/mosaic.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"
#include "ganvas/mosaic/cell_traits.h"
#include "ganvas/mosaic/find_mosaics.h"
#include "ganvas/mosaic/jpeg_blocks.h"

namespace ganvas {
namespace {

/// What happens to an image after it was pixelated, and what is asked for.
struct Wear {
  std::string name;
  bool is_rescaled;
  int64_t least_quality, most_quality;  // 0: no JPEG
  double line_error, overlap;           // at most, pixels; at least
};

const std::array<Wear, 3> kWears = {{{"plain", false, 0, 0, 0.01, 0.9},
                                     {"jpeg", false, 75, 95, 0.01, 0.9},
                                     {"worn", true, 50, 95, 0.5, 0.8}}};

/// A mosaic that is to be found, in the image's pixels.
struct Placed {
  FineGrid grid;
  Tensor mask;
  double middle_x, middle_y;
  int64_t cells_across;  // along the shorter side
};

struct Case {
  Image image;
  std::vector<Placed> mosaics;
};

/// Between the two, with equal chances for equal ratios.
double draw_ratio(double least, double most, Random& random) {
  return least * std::pow(most / least, random.uniform());
}

Tensor draw_photo(const std::vector<fs::path>& files, Random& random) {
  constexpr double kLeastSide = 320, kMostSide = 6000;
  const auto n = random.integer(0, static_cast<int64_t>(files.size()) - 1);
  const auto photo = to_tensor(read_image(files[static_cast<size_t>(n)]), 3);
  // Most are small, so that the bench ends.
  const double longer =
      kLeastSide * std::pow(kMostSide / kLeastSide, std::pow(random.uniform(), 2));
  const double scale = longer / static_cast<double>(std::max(photo.size(1), photo.size(2)));
  return resize(photo, std::lround(scale * static_cast<double>(photo.size(1))),
                std::lround(scale * static_cast<double>(photo.size(2))));
}

Tensor draw_shape(int64_t height, int64_t width, const Box& box, Random& random) {
  const auto kind = random.integer(0, 2);
  if (kind == 0) return rectangle_region(height, width, box);
  if (kind == 1) return ellipse_region(height, width, box);
  auto region = at::zeros({1, height, width});
  region.narrow(1, box.top, box.height)
      .narrow(2, box.left, box.width)
      .copy_(largest_component(random_blob(box.height, box.width, 0.7, random)));
  return region;
}

/// Pixelates one more region; none if there is no room for it.
void add_mosaic(Tensor& image, Tensor& taken, std::vector<Placed>& placed, Random& random) {
  constexpr double kLeastCells = 3, kMostCells = 60;
  const int64_t height = image.size(1), width = image.size(2);
  Grid grid;
  grid.cell_width = grid.cell_height = std::lround(draw_ratio(4, 64, random));
  if (random.chance(0.5)) {
    const double other = static_cast<double>(grid.cell_width) * draw_ratio(0.5, 2, random);
    grid.cell_height = std::clamp<int64_t>(std::lround(other), 4, 64);
  }
  grid.phase_x = random.integer(0, grid.cell_width - 1);
  grid.phase_y = random.integer(0, grid.cell_height - 1);
  const auto side = [&](int64_t cell) {
    return std::lround(draw_ratio(kLeastCells, kMostCells, random)) * cell;
  };
  Box box{0, 0, side(grid.cell_width), side(grid.cell_height)};
  if (box.width > width || box.height > height) return;
  box.left = random.integer(0, width - box.width);
  box.top = random.integer(0, height - box.height);
  const Mosaic m{grid, cells_of_region(draw_shape(height, width, box, random), grid)};
  if (m.mask.sum().item<double>() == 0 || (m.mask * taken).sum().item<double>() > 0) return;
  const auto extent = bounding_box(m.mask);
  const int64_t cells = std::min(extent.width / grid.cell_width, extent.height / grid.cell_height);
  if (cells < static_cast<int64_t>(kLeastCells)) return;
  image = pixelate(image, m);
  taken = taken + m.mask;
  placed.push_back({known_mosaic(m).grid, m.mask,
                    static_cast<double>(extent.left) + static_cast<double>(extent.width) / 2,
                    static_cast<double>(extent.top) + static_cast<double>(extent.height) / 2,
                    cells});
}

Case make_case(const std::vector<fs::path>& files, const Wear& wear, Random& random) {
  auto image = draw_photo(files, random);
  Case made;
  auto taken = at::zeros({1, image.size(1), image.size(2)});
  const auto wanted = static_cast<size_t>(random.integer(1, 4));
  constexpr int kTries = 40;
  for (int i = 0; i < kTries && made.mosaics.size() < wanted; ++i) {
    add_mosaic(image, taken, made.mosaics, random);
  }
  if (wear.is_rescaled) {
    const double scale = 0.5 + random.uniform();
    const auto height = static_cast<double>(image.size(1)),
               width = static_cast<double>(image.size(2));
    const int64_t high = std::lround(scale * height), wide = std::lround(scale * width);
    const double x = static_cast<double>(wide) / width, y = static_cast<double>(high) / height;
    image = resize(image, high, wide);
    for (auto& [grid, mask, middle_x, middle_y, cells] : made.mosaics) {
      mask = resize(mask * 2 - 1, high, wide).gt(0).to(at::kFloat);
      grid = {grid.cell_width * x, grid.cell_height * y, grid.phase_x * x, grid.phase_y * y};
      middle_x *= x;
      middle_y *= y;
    }
  }
  made.image = to_image(image);
  if (wear.most_quality > 0) {
    made.image = through_jpeg(made.image, random.integer(wear.least_quality, wear.most_quality));
  }
  return made;
}

/// How far the found line next to `middle` is from the true one.
double line_error(double found_cell, double found_phase, double cell, double phase, double middle) {
  const double line = std::round((middle + found_phase) / found_cell) * found_cell - found_phase;
  return std::abs(line - (std::round((line + phase) / cell) * cell - phase));
}

bool is_same_grid(const FineGrid& g, const Placed& p, double tolerance) {
  const auto& t = p.grid;
  return std::abs(g.cell_width - t.cell_width) <= tolerance &&
         std::abs(g.cell_height - t.cell_height) <= tolerance &&
         line_error(g.cell_width, g.phase_x, t.cell_width, t.phase_x, p.middle_x) <= tolerance &&
         line_error(g.cell_height, g.phase_y, t.cell_height, t.phase_y, p.middle_y) <= tolerance;
}

double overlap(const Tensor& a, const Tensor& b) {
  return (a * b).sum().item<double>() / (a + b).gt(0).sum().item<double>();
}

/// Counts for regions of some numbers of cells along their shorter side.
struct Row {
  int64_t least_cells;
  int64_t all = 0, grids = 0, right = 0;
};

struct Table {
  std::vector<Row> rows = {{3}, {4}, {6}, {8}, {12}, {20}, {40}};
  int64_t wrong = 0, cases_with_wrong = 0, cases = 0;
};

/// What one image's mosaics add to the table; says what was missed.
void count_case(const Case& c, const Wear& wear, const std::vector<FoundMosaic>& found,
                Table& table) {
  std::vector<bool> is_explained(found.size(), false);
  for (const auto& placed : c.mosaics) {
    auto* row = &table.rows.front();
    for (auto& r : table.rows) {
      if (placed.cells_across >= r.least_cells) row = &r;
    }
    ++row->all;
    double best = 0;
    for (size_t i = 0; i < found.size(); ++i) {
      if (!is_same_grid(found[i].grid, placed, wear.line_error)) continue;
      const double o = overlap(found[i].mask, placed.mask);
      if (o > 0.3) is_explained[i] = true;
      best = std::max(best, o);
    }
    row->grids += best > 0;
    row->right += best >= wear.overlap;
    if (best >= wear.overlap) continue;
    const auto box = bounding_box(placed.mask);
    note(c10::str("case ", table.cases, ": missed ", placed.grid.cell_width, " x ",
                  placed.grid.cell_height, " phase ", placed.grid.phase_x, ", ",
                  placed.grid.phase_y, ", box ", box.left, ",", box.top, " ", box.width, " x ",
                  box.height, " of ", placed.cells_across, " cells, overlap ", best));
  }
  int64_t wrong = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (is_explained[i]) continue;
    ++wrong;
    const auto& g = found[i].grid;
    const auto box = bounding_box(found[i].mask);
    note(c10::str("case ", table.cases, ": wrong ", g.cell_width, " x ", g.cell_height, " phase ",
                  g.phase_x, ", ", g.phase_y, ", evidence ", found[i].evidence, ", box ", box.left,
                  ",", box.top, " ", box.width, " x ", box.height));
  }
  table.wrong += wrong;
  table.cases_with_wrong += wrong > 0;
}

void find_made(const std::vector<fs::path>& files, int64_t count, const Wear& wear) {
  Table table;
  for (; table.cases < count; ++table.cases) {
    Random random(7, 0, static_cast<uint64_t>(table.cases));
    const auto c = make_case(files, wear, random);
    count_case(c, wear, find_mosaics(c.image).mosaics, table);
    show_progress(c10::str(table.cases + 1, "/", count), /*milestone=*/false);
  }
  std::printf("cells across   mosaics   grid right   all right\n");
  for (const auto& row : table.rows) {
    std::printf("from %-9ld %7ld %12ld %11ld  (%.1f %%)\n", static_cast<long>(row.least_cells),
                static_cast<long>(row.all), static_cast<long>(row.grids),
                static_cast<long>(row.right),
                100.0 * static_cast<double>(row.right) /
                    static_cast<double>(std::max<int64_t>(1, row.all)));
  }
  std::printf("wrong: %ld, in %ld of %ld images\n", static_cast<long>(table.wrong),
              static_cast<long>(table.cases_with_wrong), static_cast<long>(table.cases));
}

/// Cells of lattices, with what they are.
class CellFile {
 public:
  explicit CellFile(const std::string& name) : out_(name, std::ios::binary) {
    put(static_cast<int32_t>(kAllTraits));
  }

  /// The cells of a box and `around` more on each side; without a mask none is a mosaic's.
  void add(const Image& image, int64_t number, const FineGrid& g, const Box& box, int64_t around,
           const Tensor& mask) {
    const Lattice lattice({g.cell_width, g.phase_x}, {g.cell_height, g.phase_y}, image.width,
                          image.height);
    const auto window =
        window_around(lattice,
                      {lattice.at(box.left, box.top),
                       lattice.at(box.left + box.width - 1, box.top + box.height - 1)},
                      around);
    for (const int64_t head :
         {mask.defined() ? int64_t{0} : int64_t{1}, number, window.width, window.height}) {
      put(static_cast<int32_t>(head));
    }
    const auto traits = cell_traits(image, jpeg_block_step(image), lattice, window);
    for (int64_t y = 0; y < window.height; ++y) {
      for (int64_t x = 0; x < window.width; ++x) {
        const auto w = lattice.cell(window.cell(lattice, x, y));
        put(mask.defined() ? mask.const_data_ptr<float>()[w.middle_y() * image.width + w.middle_x()]
                           : 0.F);
        for (const float trait : traits[window.index(x, y)]) put(trait);
      }
    }
  }

 private:
  template <typename Number>
  void put(Number number) {
    out_.write(reinterpret_cast<const char*>(&number), sizeof(number));
  }

  std::ofstream out_;
};

/// The grid of a mosaic, named wrongly: shifted, or of other cells.
FineGrid wrong_grid(FineGrid grid, Random& random) {
  switch (random.integer(0, 3)) {
    case 0:
      grid.phase_x = std::fmod(grid.phase_x + grid.cell_width / 2, grid.cell_width);
      break;
    case 1:
      grid.phase_y = std::fmod(grid.phase_y + 0.4 * grid.cell_height, grid.cell_height);
      break;
    case 2:
      grid.cell_width += 1 + random.uniform();
      break;
    default:
      grid.cell_width *= 1.5;
      grid.phase_x = 0;
  }
  return grid;
}

/// A grid of 14 x 14 cells anywhere.
std::pair<FineGrid, Box> random_grid(const Image& image, Random& random) {
  constexpr double kCells = 14;
  FineGrid g{draw_ratio(4, 40, random), 0, 0, 0};
  g.cell_height = random.chance(0.5)
                      ? g.cell_width
                      : std::clamp(g.cell_width * draw_ratio(0.5, 2, random), 4.0, 60.0);
  g.phase_x = random.uniform() * g.cell_width;
  g.phase_y = random.uniform() * g.cell_height;
  Box box{0, 0, std::min(image.width, static_cast<int64_t>(kCells * g.cell_width)),
          std::min(image.height, static_cast<int64_t>(kCells * g.cell_height))};
  box.left = random.integer(0, image.width - box.width);
  box.top = random.integer(0, image.height - box.height);
  return {g, box};
}

/// Cells on the lattices of mosaics, on some wrong ones, and on one where no mosaic is.
void write_cells(const std::vector<fs::path>& files, int64_t count, const Wear& wear) {
  constexpr int64_t kAround = 5, kNearly = 1;
  CellFile out("cells-" + wear.name + ".bin");
  for (int64_t i = 0; i < count; ++i) {
    Random random(77, 0, static_cast<uint64_t>(i));
    const auto c = make_case(files, wear, random);
    auto taken = at::zeros({1, c.image.height, c.image.width});
    for (const auto& placed : c.mosaics) {
      const auto box = bounding_box(placed.mask);
      taken = taken + placed.mask;
      out.add(c.image, i, placed.grid, box, kAround, placed.mask);
      const auto wrong = wrong_grid(placed.grid, random);
      if (random.chance(0.5)) out.add(c.image, i, wrong, box, kNearly, {});
    }
    const auto [grid, box] = random_grid(c.image, random);
    const auto inside = taken.narrow(1, box.top, box.height).narrow(2, box.left, box.width);
    if (inside.sum().item<double>() == 0) out.add(c.image, i, grid, box, 0, {});
    show_progress(c10::str(i + 1, "/", count), /*milestone=*/false);
  }
}

void find_none(const std::vector<fs::path>& files, int64_t count) {
  int64_t alarms = 0;
  const auto all = std::min(count, static_cast<int64_t>(files.size()));
  for (int64_t i = 0; i < all; ++i) {
    const auto& file = files[static_cast<size_t>(i)];
    const auto found = find_mosaics(read_image(file)).mosaics;
    show_progress(c10::str(i + 1, "/", all), /*milestone=*/false);
    if (found.empty()) continue;
    ++alarms;
    const auto box = bounding_box(found[0].mask);
    note(c10::str(file.string(), ": cells of ", found[0].grid.cell_width, " x ",
                  found[0].grid.cell_height, ", evidence ", found[0].evidence, ", box ", box.left,
                  ",", box.top, " ", box.width, " x ", box.height));
  }
  std::printf("false alarms: %ld of %ld\n", static_cast<long>(alarms), static_cast<long>(all));
}

void run(const std::vector<std::string>& words) {
  require_usage(words.size() >= 3,
                "got too few words, expected plain|jpeg|worn|clean COUNT FOLDER...");
  std::vector<fs::path> files;
  for (size_t i = 2; i < words.size(); ++i) {
    for (const auto& file : list_files(words[i])) {
      if (has_image_name(file)) files.push_back(file);
    }
  }
  require_usage(!files.empty(), "got folders without images");
  const int64_t count = std::stoll(words[1]);
  if (words[0] == "clean") return find_none(files, count);
  for (const auto& wear : kWears) {
    if (wear.name == words[0]) return find_made(files, count, wear);
    if ("cells-" + wear.name == words[0]) return write_cells(files, count, wear);
  }
  require_usage(false, "got '", words[0], "', expected plain, jpeg, worn or clean");
}

}  // namespace
}  // namespace ganvas

int main(int argc, char** argv) {
  try {
    ganvas::run({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    ganvas::note(std::string("detection_bench: ") + error.what());
    return 1;
  }
}
