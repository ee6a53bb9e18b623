// Super-resolution of images of any size, in parts.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/enlarge.h"

#include <ATen/ops/empty.h>

#include "ganvas/core/error.h"
#include "ganvas/core/luma.h"
#include "ganvas/image/alpha.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/image/project.h"
#include "ganvas/image/resize.h"
#include "ganvas/inference/padded.h"

namespace ganvas {
namespace {

/// A stretch of one side: what is asked for, and with it what surrounds it.
struct Stretch {
  int64_t first, count, wide_first, wide_count;
};

///   margin: what lies around the side and is seen, but not asked for
///   multiple: of which all but the margin's begin at a multiple
std::vector<Stretch> stretches(int64_t side, int64_t tile, int64_t reach, int64_t margin,
                               int64_t multiple) {
  std::vector<Stretch> all;
  for (int64_t first = 0; first < side; first += tile) {
    const int64_t count = std::min(tile, side - first);
    const int64_t end = std::min(side + margin, first + count + reach);
    int64_t begin = std::max(-margin, std::min(first - reach, end - kLeastTranslated));
    if (begin > 0) begin -= begin % multiple;
    all.push_back({first, count, begin, end - begin});
  }
  return all;
}

/// The network on one part [C, h, w], or the mean over its rotations and reflections.
Tensor made_of(const Model& model, const Tensor& part, int64_t ways) {
  const PrecisionScope precision(model.machine());
  const auto once = [&](const Tensor& image) {
    return translate_padded(model.method(), image, Direction::kAtoB, model.machine());
  };
  if (ways == 1) return once(part);
  Tensor sum;
  for (int64_t way = 0; way < ways; ++way) {
    const auto made = dihedral_inverse(once(dihedral(part, way)), way);
    sum = sum.defined() ? sum + made : made;
  }
  return sum / static_cast<double>(ways);
}

Tensor enlarge_part(const Model& model, const Tensor& part, const Enlarging& how) {
  const auto made = made_of(model, part, how.ways);
  return how.holds ? project_to_reduction(made, part) : made;
}

/// The middle of an enlarged part, without its surroundings.
Tensor middle(const Tensor& made, const Stretch& down, const Stretch& across, int64_t scale) {
  return made.narrow(1, scale * (down.first - down.wide_first), scale * down.count)
      .narrow(2, scale * (across.first - across.wide_first), scale * across.count);
}

/// How an image is taken apart.
struct Tiles {
  int64_t scale, margin;  // what is wrapped around the image
  int64_t tile;           // as asked for, or all where every place depends on all of the image
  std::vector<Stretch> rows, columns;

  Tiles(const Model& model, int64_t height, int64_t width, const Enlarging& how)
      : scale(enlarging_scale(model)) {
    require_usage(how.ways == 1 || how.ways == kDihedrals, "enlarge: got ", how.ways,
                  " rotations and reflections, expected 1 or ", kDihedrals);
    require_usage(how.tile >= kLeastTranslated, "--tile: got ", how.tile, ", expected at least ",
                  kLeastTranslated);
    const int64_t own = model.method().abilities().reach;
    const int64_t multiple = model.method().size_multiple();
    const auto rounded = [&](int64_t pixels) {
      return (pixels + multiple - 1) / multiple * multiple;
    };
    const int64_t reach = rounded(own + (how.holds ? kHoldReach : 0));
    tile = own > 0 ? rounded(how.tile) : std::max(height, width);
    margin = how.wraps ? reach : 0;
    rows = stretches(height, tile, reach, margin, multiple);
    columns = stretches(width, tile, reach, margin, multiple);
  }
  int64_t count() const { return static_cast<int64_t>(rows.size() * columns.size()); }
};

}  // namespace

int64_t enlarging_scale(const Model& model) {
  const int64_t scale = model.info().image_spec().scale;
  require_usage(
      scale > 1 || model.method().abilities().reach > 0, "--model: ", model.info().method,
      " does not enlarge images; expected one of srresnet, srgan, or another program's that "
      "does; ganvas translate runs those that keep the size");
  return scale;
}

Tensor enlarge(const Model& model, const Tensor& image, const Enlarging& how) {
  require_usage(!how.wraps, "enlarge: a tensor does not wrap; wrap the image");
  const Tiles tiles(model, image.size(1), image.size(2), how);
  const int64_t scale = tiles.scale;
  auto result = at::empty({image.size(0), scale * image.size(1), scale * image.size(2)});
  int64_t done = 0;
  for (const auto& down : tiles.rows) {
    for (const auto& across : tiles.columns) {
      const auto part = image.narrow(1, down.wide_first, down.wide_count)
                            .narrow(2, across.wide_first, across.wide_count);
      const auto made = enlarge_part(model, part.contiguous(), how);
      result.narrow(1, scale * down.first, scale * down.count)
          .narrow(2, scale * across.first, scale * across.count)
          .copy_(middle(made, down, across, scale));
      how.on_tile(++done, tiles.count());
    }
  }
  return result;
}

void enlarge(const Model& model, const Image& image, const std::filesystem::path& out,
             const Enlarging& how, const RowsOptions& file) {
  const Tiles tiles(model, image.height, image.width, how);
  const int64_t scale = tiles.scale, channels = model.info().image_spec().channels_a;
  const auto seen = wrapped(with_spread_colors(image), tiles.margin);
  const bool answers_grey = is_grey(image);
  int64_t done = 0;
  Image header{scale * image.width, scale * image.height, image.channels, image.bits, {},
               image.metadata};
  const auto make_rows = [&](int64_t top, int64_t count) {
    const auto& down = tiles.rows.at(static_cast<size_t>(top / (scale * tiles.tile)));
    auto band = make_image(header.width, count, image.channels, image.bits);
    for (const auto& across : tiles.columns) {
      const auto part = cut(seen, tiles.margin + across.wide_first, tiles.margin + down.wide_first,
                            across.wide_count, down.wide_count);
      auto made = enlarge_part(model, to_tensor(part, channels), how);
      if (answers_grey && made.size(0) == 3) made = luma(made);
      auto tile = make_image(scale * across.count, count, image.channels, image.bits);
      if (image.has_alpha()) {
        const auto alpha = resize(alpha_of(part), made.size(1), made.size(2));
        tile = with_alpha(tile, middle(alpha, down, across, scale));
      }
      paste(with_colors(tile, middle(made, down, across, scale)), band, scale * across.first, 0);
      how.on_tile(++done, tiles.count());
    }
    return band.bytes;
  };
  write_rows(header, scale * tiles.tile, make_rows, out, file);
}

}  // namespace ganvas
