// Drawing mosaics at random.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/draw_mosaic.h"

#include <cmath>

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>

#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/provenance.h"
#include "ganvas/image/region.h"

namespace ganvas {
namespace {

/// Numbers ~ N(0, 1).
Tensor draw_normal(at::IntArrayRef shape, Random& random) {
  auto numbers = at::empty(shape);
  auto* out = numbers.data_ptr<float>();
  for (int64_t i = 0; i < numbers.numel(); i += 2) {
    const auto [first, second] = random.normals();
    out[i] = static_cast<float>(first);
    if (i + 1 < numbers.numel()) out[i + 1] = static_cast<float>(second);
  }
  return numbers;
}

}  // namespace

Grid draw_grid(const MosaicConfig& config, Random& random) {
  require_usage(config.least_cell <= config.most_cell, "--least-cell: got ", config.least_cell,
                ", expected at most --most-cell ", config.most_cell);
  Grid grid;
  grid.cell_width = grid.cell_height = random.integer(config.least_cell, config.most_cell);
  grid.phase_x = random.integer(0, grid.cell_width - 1);
  grid.phase_y = random.integer(0, grid.cell_height - 1);
  if (config.phase == Phase::kEdge) grid.phase_x = grid.phase_y = 0;
  return grid;
}

Tensor draw_region(const RegionConfig& config, int64_t height, int64_t width, Random& random) {
  const auto box = random_box(height, width, random);
  const int64_t shape = config.regions == Regions::kMixed ? random.integer(0, 2) : 0;
  if (shape == 0) return rectangle_region(height, width, box);
  if (shape == 1) return ellipse_region(height, width, box);
  return random_blob(height, width, /*share=*/0.3 + 0.4 * random.uniform(), random);
}

Tensor draw_pixelated(const Tensor& image, const Mosaic& mosaic, const MosaicConfig& config,
                      Random& random) {
  auto drawn = pixelate(image, mosaic);
  if (config.strength < 1) drawn = image.lerp(drawn, config.strength);
  if (config.noise > 0) {
    drawn = (drawn + config.noise / 127.5 * draw_normal(image.sizes(), random)).clamp(-1, 1);
  }
  if (config.jpeg > 0) {
    drawn = to_tensor(through_jpeg(to_image(drawn), config.jpeg), image.size(0));
  }
  return drawn;
}

Image draw_pixelated(const Image& image, const Mosaic& mosaic, const MosaicConfig& config,
                     Random& random) {
  const auto colors = draw_pixelated(to_tensor(image, image.colors()), mosaic, config, random);
  auto result = with_colors(without_history(image), colors);
  return image.has_alpha() ? with_alpha(result, pixelate(alpha_of(image), mosaic)) : result;
}

Image hidden(const Image& image, const Mosaic& mosaic, Cover cover) {
  const auto cover_of = [&](const Tensor& seen, double black) {
    return cover == Cover::kBlack ? at::where(mosaic.mask > 0.5, at::full({}, black), seen)
                                  : hide_in_cells(seen, mosaic);
  };
  constexpr double kDark = -1, kOpaque = 1;
  auto result =
      with_colors(without_history(image), cover_of(to_tensor(image, image.colors()), kDark));
  return image.has_alpha() ? with_alpha(result, cover_of(alpha_of(image), kOpaque)) : result;
}

}  // namespace ganvas
