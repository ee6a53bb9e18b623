// How often mosaics are found in photographs, and where there are none: detection_bench.
// SPDX-License-Identifier: Apache-2.0
//
//     detection_bench plain|worn COUNT FOLDER...   COUNT mosaics of cells of 4 to 32 pixels; worn:
//                                                  rescaled by 0.5 to 1.5, then JPEG none, 95, 75, 50
//     detection_bench clean COUNT FOLDER...        COUNT photographs as they are
//
// Right is a grid whose cells and lines (at the middle of the mosaic) are exact, worn within half a
// pixel. The same arguments make the same mosaics.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/core/random.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/find_mosaics.h"
#include "ganvas/image/mosaic.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

constexpr int64_t kLeastCell = 4, kMostCell = 32;

/// A photograph with a mosaic, and what is to be found.
struct Case {
  Tensor picture, mask;
  double cell_width, cell_height, phase_x, phase_y;  // pixels of the picture
  double middle_x, middle_y;                         // of the mosaic
};

Case make_case(const Tensor& photo, bool is_worn, Random& random) {
  const int64_t height = photo.size(1), width = photo.size(2);
  Mosaic m;
  m.grid.cell_width = m.grid.cell_height = random.integer(kLeastCell, kMostCell);
  m.grid.phase_x = random.integer(0, m.grid.cell_width - 1);
  m.grid.phase_y = random.integer(0, m.grid.cell_height - 1);
  const auto box = random_box(height, width, random);
  const bool is_rectangle = random.integer(0, 2) == 0;
  m.mask = cells_of_region(
      is_rectangle ? rectangle_region(height, width, box) : ellipse_region(height, width, box),
      m.grid);
  auto picture = pixelate(photo, m), mask = m.mask;
  double scale_x = 1, scale_y = 1;
  int64_t quality = 0;
  if (is_worn) {
    const double scale = 0.5 + random.uniform();
    constexpr std::array<int64_t, 4> kQualities = {0, 95, 75, 50};
    quality = kQualities[static_cast<size_t>(random.integer(0, 3))];
    const int64_t high = std::lround(scale * static_cast<double>(height)),
                  wide = std::lround(scale * static_cast<double>(width));
    scale_x = static_cast<double>(wide) / static_cast<double>(width);
    scale_y = static_cast<double>(high) / static_cast<double>(height);
    picture = resize(picture, high, wide);
    mask = resize(mask * 2 - 1, high, wide).gt(0).to(at::kFloat);
  }
  auto file = to_image(picture);
  if (quality > 0) file = through_jpeg(file, quality);
  const auto scaled = [](int64_t number, double scale) {
    return static_cast<double>(number) * scale;
  };
  return {to_tensor(file, 3),
          mask,
          scaled(m.grid.cell_width, scale_x),
          scaled(m.grid.cell_height, scale_y),
          scaled(m.grid.phase_x, scale_x),
          scaled(m.grid.phase_y, scale_y),
          scaled(box.left + box.width / 2, scale_x),
          scaled(box.top + box.height / 2, scale_y)};
}

/// How far the found line next to `middle` is from the true one.
double line_error(double found_cell, double found_phase, double cell, double phase, double middle) {
  const double line = std::round((middle + found_phase) / found_cell) * found_cell - found_phase;
  return std::abs(line - (std::round((line + phase) / cell) * cell - phase));
}

bool is_right(const FineGrid& g, const Case& c, double tolerance) {
  return std::abs(g.cell_width - c.cell_width) < tolerance &&
         std::abs(g.cell_height - c.cell_height) < tolerance &&
         line_error(g.cell_width, g.phase_x, c.cell_width, c.phase_x, c.middle_x) < tolerance &&
         line_error(g.cell_height, g.phase_y, c.cell_height, c.phase_y, c.middle_y) < tolerance;
}

double overlap(const Tensor& a, const Tensor& b) {
  return (a * b).sum().item<double>() / (a + b).gt(0).sum().item<double>();
}

void find_made(const std::vector<fs::path>& files, int64_t count, bool is_worn) {
  Random random(7);
  int64_t right = 0, covered = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto n = random.integer(0, static_cast<int64_t>(files.size()) - 1);
    const auto c =
        make_case(to_tensor(read_image(files[static_cast<size_t>(n)]), 3), is_worn, random);
    const auto found = find_mosaics(c.picture);
    show_progress(c10::str(i + 1, "/", count), /*milestone=*/false);
    if (found.empty()) continue;
    right += is_right(found[0].grid, c, is_worn ? 0.5 : 0.01);
    covered += overlap(found[0].mask, c.mask) >= 0.9;
  }
  std::printf("grid right: %ld of %ld; region right (overlap 0.9): %ld\n", static_cast<long>(right),
              static_cast<long>(count), static_cast<long>(covered));
}

void find_none(const std::vector<fs::path>& files, int64_t count) {
  int64_t alarms = 0;
  const auto all = std::min(count, static_cast<int64_t>(files.size()));
  for (int64_t i = 0; i < all; ++i) {
    const auto& file = files[static_cast<size_t>(i)];
    const auto found = find_mosaics(to_tensor(read_image(file), 3));
    show_progress(c10::str(i + 1, "/", all), /*milestone=*/false);
    if (found.empty()) continue;
    ++alarms;
    note(c10::str(file.string(), ": cells of ", found[0].grid.cell_width, " x ",
                  found[0].grid.cell_height, ", evidence ", found[0].evidence));
  }
  std::printf("false alarms: %ld of %ld\n", static_cast<long>(alarms), static_cast<long>(all));
}

void run(const std::vector<std::string>& words) {
  require_usage(words.size() >= 3, "got too few words, expected plain|worn|clean COUNT FOLDER...");
  std::vector<fs::path> files;
  for (size_t i = 2; i < words.size(); ++i) {
    for (const auto& file : list_files(words[i])) {
      if (has_image_name(file)) files.push_back(file);
    }
  }
  require_usage(!files.empty(), "got folders without pictures");
  const int64_t count = std::stoll(words[1]);
  if (words[0] == "clean") return find_none(files, count);
  require_usage(words[0] == "plain" || words[0] == "worn", "got '", words[0],
                "', expected plain, worn or clean");
  find_made(files, count, words[0] == "worn");
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
