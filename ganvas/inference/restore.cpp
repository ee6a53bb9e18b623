// Mosaics in photographs: found, restored by a model, and held to what their cells say.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/restore.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/core/luma.h"
#include "ganvas/image/alpha.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/image/project.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

constexpr double kMarginCells = 4;

/// A stretch of pixels from line to line of a grid, and its length in cells.
struct Stretch {
  int64_t begin, end, cells;
};

/// The cells along one axis that hold [first, last], and a margin, as far as the image has whole
/// ones; cut ones where it has not.
Stretch stretch_of(double cell, double phase, int64_t first, int64_t last, int64_t length) {
  const auto of_pixel = [&](int64_t x) {
    return std::floor((static_cast<double>(x) + 0.5 + phase) / cell);
  };
  const double least = std::max(of_pixel(first) - kMarginCells, std::ceil(phase / cell));
  const double most = std::min(of_pixel(last) + 1 + kMarginCells,
                               std::floor((static_cast<double>(length) + phase) / cell));
  // A mosaic that is cut by the border keeps its cut cells: the stretch is then not of whole ones.
  const double begin = std::min(least, of_pixel(first)), end = std::max(most, of_pixel(last) + 1);
  const auto line = [&](double k) {
    return std::clamp<int64_t>(std::lround(k * cell - phase), 0, length);
  };
  return {line(begin), line(end), static_cast<int64_t>(end - begin)};
}

struct Place {
  Stretch x, y;
};

Place place_of(const FoundMosaic& mosaic) {
  const auto& g = mosaic.grid;
  const int64_t height = mosaic.mask.size(1), width = mosaic.mask.size(2);
  const auto ends = [](const Tensor& any) {
    const auto places = any.nonzero();
    return std::pair(places.min().item<int64_t>(), places.max().item<int64_t>());
  };
  const auto columns = ends(mosaic.mask[0].amax(0)), rows = ends(mosaic.mask[0].amax(1));
  return {stretch_of(g.cell_width, g.phase_x, columns.first, columns.second, width),
          stretch_of(g.cell_height, g.phase_y, rows.first, rows.second, height)};
}

Tensor part_of(const Tensor& pixels, const Place& place) {
  return pixels.slice(1, place.y.begin, place.y.end).slice(2, place.x.begin, place.x.end);
}

bool is_whole(double number) {
  return std::abs(number - std::round(number)) < 1e-6;
}

/// The grid of the whole image, if its cells are whole pixels.
std::optional<Grid> whole_grid(const FineGrid& g) {
  if (!is_whole(g.cell_width) || !is_whole(g.cell_height) || !is_whole(g.phase_x) ||
      !is_whole(g.phase_y)) {
    return std::nullopt;
  }
  return Grid{std::lround(g.cell_width), std::lround(g.cell_height), std::lround(g.phase_x),
              std::lround(g.phase_y)};
}

/// What the model makes of an image with a mosaic, turned and mirrored in each of the ways.
///   image: [C, H, W];  returns [ways, C, H, W]
Tensor made_by(const Model& model, const Tensor& pixels, const Mosaic& mosaic, int64_t ways) {
  const int64_t channels = model.info().image_spec().channels_b;
  const auto smooth = smooth_cells(pixels, mosaic).expand({channels, -1, -1});
  const auto seen = at::cat({smooth, mosaic.mask * 2 - 1});
  std::vector<Tensor> all;
  for (int64_t way = 0; way < ways; ++way) {
    const auto made = dihedral_inverse(model(dihedral(seen, way)), way);
    all.push_back(pixels.size(0) == 1 && channels == 3 ? luma(made) : made);
  }
  return at::stack(all);
}

/// The part of an image with its cells brought to `side` pixels, the model's restoration of it,
/// and that brought back, as made_by() gives them.
Tensor made_at(const Model& model, const Tensor& part, const Tensor& mask, const Place& place,
               int64_t side, int64_t ways) {
  const int64_t high = place.y.cells * side, wide = place.x.cells * side;
  const bool fits = part.size(1) == high && part.size(2) == wide;
  Mosaic m;
  m.grid = {side, side, 0, 0};
  m.mask =
      cells_of_region(fits ? mask : resize(mask * 2 - 1, high, wide).gt(0).to(at::kFloat), m.grid);
  const auto seen = fits ? part : pixelate(resize(part, high, wide), m);
  const auto made = made_by(model, seen, m, ways);
  if (fits) return made;
  std::vector<Tensor> all;
  for (const auto& one : made.unbind()) all.push_back(resize(one, part.size(1), part.size(2)));
  return at::stack(all);
}

/// The side of the cells that a model wants, or 0 if it takes any.
int64_t wanted_side(const Model& model) {
  return model.knob("phase") == "edge" ? std::stoll(model.knob("least-cell")) : 0;
}

/// An image on its way, and the sums that Restoration::invented is made of.
struct Progress {
  Tensor pixels, spread;
  double beside_cells = 0, beside_mean = 0;
};

void restore_one(const Model& model, const FoundMosaic& found, double top, const Restoring& how,
                 Progress& progress) {
  const auto place = place_of(found);
  const auto part = part_of(progress.pixels, place).contiguous();
  const auto mask = part_of(found.mask, place).contiguous();
  auto grid = whole_grid(found.grid);
  if (grid) {
    grid->phase_x = (grid->phase_x + place.x.begin) % grid->cell_width;
    grid->phase_y = (grid->phase_y + place.y.begin) % grid->cell_height;
  }
  const int64_t side = wanted_side(model);
  require(side > 0 || grid, "restore: this model wants cells of whole pixels, got ",
          found.grid.cell_width, " x ", found.grid.cell_height,
          "; use one that was trained with --phase edge");
  const auto ways = side > 0 ? made_at(model, part, mask, place, side, how.ways)
                             : made_by(model, part, {*grid, mask}, how.ways);
  auto made = at::where(mask > 0.5, ways.mean(0), part);
  if (grid) made = project_to_cells(made, part, {*grid, mask}, top);
  const auto energy = [&](const Tensor& t) { return (mask * t).square().sum().item<double>(); };
  const std::vector<int64_t> places = {1, 2};
  const auto mean = (mask * made).sum(places, /*keepdim=*/true) / mask.sum();
  progress.beside_cells += energy(made - part);
  progress.beside_mean += energy(made - mean);
  progress.pixels = progress.pixels.clone();
  part_of(progress.pixels, place).copy_(made);
  if (how.ways == 1) return;
  constexpr double kLevels = 127.5;
  const auto deviation = ways.std(0, /*unbiased=*/true).mean(0, /*keepdim=*/true);
  auto spread = part_of(progress.spread, place);
  spread.copy_(at::where(mask > 0.5, kLevels * deviation, spread));
}

}  // namespace

void require_restorer(const Model& model) {
  require_usage(model.knob("layout") == "mosaic", "--model: got one of ", model.info().method,
                " that was not trained on mosaics; train with --layout mosaic");
}

Restoration restore(const Model& model, const Image& image, const std::vector<FoundMosaic>& mosaics,
                    const Restoring& how) {
  Progress progress{to_tensor(image, image.colors()), at::zeros({1, image.height, image.width})};
  const double top = image.bits == 16 ? 65535 : 255;
  for (const auto& mosaic : mosaics) {
    require(mosaic.mask.size(1) == image.height && mosaic.mask.size(2) == image.width,
            "restore: got a mask of ", mosaic.mask.size(2), " x ", mosaic.mask.size(1),
            " pixels for an image of ", image.width, " x ", image.height);
    restore_one(model, mosaic, top, how, progress);
  }
  const double invented =
      progress.beside_mean > 0 ? progress.beside_cells / progress.beside_mean : 0;
  // What is grey stays grey, in three channels too.
  const bool answers_grey = image.colors() == 3 && is_grey(image);
  const auto colors = answers_grey ? luma(progress.pixels) : progress.pixels;
  return {with_colors(image, colors), progress.spread, invented};
}

Image doubt_image(const Restoration& restoration) {
  constexpr double kWhite = 32;  // levels
  return to_image(restoration.spread / kWhite * 2 - 1);
}

}  // namespace ganvas
