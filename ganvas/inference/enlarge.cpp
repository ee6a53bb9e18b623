// Super-resolution of images of any size, in parts.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/inference/enlarge.h"

#include <optional>

#include <ATen/ops/cat.h>
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

// Pixels around one that the cubic kernel looks at, by which alpha is enlarged.
constexpr int64_t kCubicReach = 4;
// Of a part that is all of some rows: how many of them at least, and pixels at most else.
constexpr int64_t kLeastRows = 64, kMostPixels = 1 << 16;

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

/// The middle of an enlarged part, without its surroundings.
Tensor middle(const Tensor& made, const Stretch& down, const Stretch& across, int64_t scale) {
  return made.narrow(1, scale * (down.first - down.wide_first), scale * down.count)
      .narrow(2, scale * (across.first - across.wide_first), scale * across.count);
}

/// What is seen of an image: [C, h, w] from a place on, which may lie in what is wrapped around it.
using See = std::function<Tensor(int64_t top, int64_t left, int64_t height, int64_t width)>;

/// What a model makes of an image by rows; they are kept until later ones are asked for.
class MadeRows {
 public:
  /// rows, columns: those that are seen (wide_first, wide_count)
  ///   on_rows: called with how many of them were seen
  MadeRows(const Model& model, See see, const Stretch& rows, const Stretch& columns,
           const std::function<void(int64_t done, int64_t all)>& on_rows)
      : model_(model),
        see_(std::move(see)),
        on_rows_(on_rows),
        rows_(rows),
        columns_(columns),
        multiple_(model.method().size_multiple()),
        pass_(model.method().translation_by_rows(divided_up(rows.wide_count) * multiple_)) {}

  bool are_possible() const { return pass_ != nullptr; }

  /// What rows [top, bottom) become; `top` may not fall from call to call.
  Tensor between(int64_t top, int64_t bottom) {
    const int64_t scale = enlarging_scale(model_);
    const int64_t first = scale * (top - rows_.wide_first),
                  last = scale * (bottom - rows_.wide_first);
    while (top_ + height() < last) {
      take(pass_next());
      on_rows_(seen_, rows_.wide_count);
    }
    made_ = made_.narrow(1, first - top_, height() - (first - top_));
    top_ = first;
    return made_.narrow(1, 0, last - first).narrow(2, 0, scale * columns_.wide_count).contiguous();
  }

 private:
  static constexpr int64_t kPixels = 1 << 15;  // given to the model at a time

  int64_t height() const { return made_.defined() ? made_.size(1) : 0; }
  int64_t divided_up(int64_t pixels) const { return (pixels + multiple_ - 1) / multiple_; }

  Tensor pass_next() {
    const int64_t wanted = divided_up(std::max<int64_t>(16, kPixels / columns_.wide_count));
    int64_t count = std::min(wanted * multiple_, rows_.wide_count - seen_);
    const int64_t left = rows_.wide_count - seen_ - count;
    // Padding mirrors rows, and needs more of them than it adds.
    if (left < multiple_) count += left;
    const auto rows =
        see_(rows_.wide_first + seen_, columns_.wide_first, count, columns_.wide_count);
    seen_ += count;
    const auto& machine = model_.machine();
    const PrecisionScope precision(machine);
    const auto padded = pad_to_multiple(rows.unsqueeze(0), multiple_, 1);
    const auto made = pass_->next(padded.to(machine.device));
    return made.defined() ? made.cpu()[0] : Tensor();
  }

  void take(const Tensor& rows) {
    if (!rows.defined()) return;
    made_ = height() > 0 ? at::cat({made_, rows}, 1) : rows.contiguous();
  }

  const Model& model_;
  See see_;
  std::function<void(int64_t done, int64_t all)> on_rows_;
  Stretch rows_, columns_;
  int64_t multiple_;
  std::unique_ptr<RowPass> pass_;
  int64_t seen_ = 0;  // rows, of those that are to be seen
  Tensor made_;       // [C, h, w], from enlarged row top_ on
  int64_t top_ = 0;
};

/// An image taken apart, and its parts enlarged, one row of them after the other: by rows where the model can, where
/// nothing is computed twice; else each with as much around it as the network depends on.
class Parts {
 public:
  Parts(const Model& model, int64_t height, int64_t width, const Enlarging& how,
        const std::function<See(int64_t margin)>& see)
      : scale(enlarging_scale(model)), model_(model), how_(how) {
    require_usage(how.ways == 1 || how.ways == kDihedrals, "enlarge: got ", how.ways,
                  " rotations and reflections, expected 1 or ", kDihedrals);
    require_usage(how.tile >= kLeastTranslated, "--tile: got ", how.tile, ", expected at least ",
                  kLeastTranslated);
    const int64_t own = model.method().abilities().reach;
    const int64_t multiple = model.method().size_multiple();
    const auto rounded = [&](int64_t pixels) {
      return (pixels + multiple - 1) / multiple * multiple;
    };
    const int64_t hold = how.holds ? kHoldReach : 0, reach = rounded(own + hold);
    margin = how.wraps ? reach : 0;
    see_ = see(margin);
    tile = own > 0 ? rounded(how.tile) : std::max(height, width);
    const Stretch down{0, height, -margin, height + 2 * margin};
    const Stretch across{0, width, -margin, width + 2 * margin};
    // What surrounds a part would take as long as the part itself, or longer.
    const bool is_costly = own > tile / 4 && how.ways == 1;
    if (is_costly && std::min(height, width) >= kLeastTranslated) {
      by_rows_.emplace(model, see_, down, across, how.on_tile);
    }
    if (by_rows_ && by_rows_->are_possible()) {
      tile = std::min(tile, rounded(std::max(kLeastRows, kMostPixels / width)));
      rows = stretches(height, tile, rounded(std::max(hold, kCubicReach)), margin, multiple);
      columns = {across};
    } else {
      by_rows_.reset();
      rows = stretches(height, tile, reach, margin, multiple);
      columns = stretches(width, tile, reach, margin, multiple);
    }
  }

  /// One part, enlarged with what surrounds it: [C, s wide_count, s wide_count].
  Tensor made(const Stretch& down, const Stretch& across) {
    const auto part = [&] {
      return see_(down.wide_first, across.wide_first, down.wide_count, across.wide_count);
    };
    Tensor made;
    if (by_rows_) {
      made = by_rows_->between(down.wide_first, down.wide_first + down.wide_count);
    } else {
      made = made_of(model_, part(), how_.ways);
      how_.on_tile(++done_, count());
    }
    return how_.holds ? project_to_reduction(made, part()) : made;
  }

  int64_t scale, margin = 0;  // what is wrapped around the image
  int64_t tile = 0;           // as asked for, or all where every place depends on all of the image
  std::vector<Stretch> rows, columns;

 private:
  int64_t count() const { return static_cast<int64_t>(rows.size() * columns.size()); }

  const Model& model_;
  const Enlarging& how_;
  See see_;
  std::optional<MadeRows> by_rows_;
  int64_t done_ = 0;  // parts
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
  const auto see = [&](int64_t top, int64_t left, int64_t height, int64_t width) {
    return image.narrow(1, top, height).narrow(2, left, width).contiguous();
  };
  Parts parts(model, image.size(1), image.size(2), how, [&](int64_t) { return see; });
  const int64_t scale = parts.scale;
  auto result = at::empty({image.size(0), scale * image.size(1), scale * image.size(2)});
  for (const auto& down : parts.rows) {
    for (const auto& across : parts.columns) {
      result.narrow(1, scale * down.first, scale * down.count)
          .narrow(2, scale * across.first, scale * across.count)
          .copy_(middle(parts.made(down, across), down, across, scale));
    }
  }
  return result;
}

void enlarge(const Model& model, const Image& image, const std::filesystem::path& out,
             const Enlarging& how, const RowsOptions& file) {
  const int64_t channels = model.info().image_spec().channels_a;
  Image seen;
  int64_t margin = 0;
  const auto part_of = [&](int64_t top, int64_t left, int64_t height, int64_t width) {
    return cut(seen, margin + left, margin + top, width, height);
  };
  const auto see = [&](int64_t around) -> See {
    margin = around;
    seen = wrapped(with_spread_colors(image), margin);
    return [&](int64_t top, int64_t left, int64_t height, int64_t width) {
      return to_tensor(part_of(top, left, height, width), channels);
    };
  };
  Parts parts(model, image.height, image.width, how, see);
  const int64_t scale = parts.scale;
  const bool answers_grey = is_grey(image);
  Image header{scale * image.width, scale * image.height, image.channels, image.bits, {},
               image.metadata};
  const auto make_rows = [&](int64_t top, int64_t count) {
    const auto& down = parts.rows.at(static_cast<size_t>(top / (scale * parts.tile)));
    auto band = make_image(header.width, count, image.channels, image.bits);
    for (const auto& across : parts.columns) {
      auto made = parts.made(down, across);
      if (answers_grey && made.size(0) == 3) made = luma(made);
      auto tile = make_image(scale * across.count, count, image.channels, image.bits);
      if (image.has_alpha()) {
        const auto part =
            part_of(down.wide_first, across.wide_first, down.wide_count, across.wide_count);
        const auto alpha = resize(alpha_of(part), made.size(1), made.size(2));
        tile = with_alpha(tile, middle(alpha, down, across, scale));
      }
      paste(with_colors(tile, middle(made, down, across, scale)), band, scale * across.first, 0);
    }
    return band.bytes;
  };
  write_rows(header, scale * parts.tile, make_rows, out, file);
}

}  // namespace ganvas
