// Super-resolution of pictures of any size, in parts.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/translate/enlarge.h"

#include <cstring>

#include <ATen/ops/empty.h>

#include "ganvas/core/error.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"
#include "ganvas/translate/padded.h"

namespace ganvas {
namespace {

/// A stretch of one side: what is asked for, and with it what surrounds it.
struct Stretch {
  int64_t first, count, wide_first, wide_count;
};

std::vector<Stretch> stretches(int64_t side, int64_t tile, int64_t reach) {
  std::vector<Stretch> all;
  for (int64_t first = 0; first < side; first += tile) {
    const int64_t count = std::min(tile, side - first);
    const int64_t begin = std::max<int64_t>(0, first - reach);
    const int64_t end = std::min(side, first + count + reach);
    all.push_back({first, count, begin, end - begin});
  }
  return all;
}

/// One of the eight ways to lay a picture [C, H, W], and back.
Tensor laid(const Tensor& picture, int64_t way) {
  std::vector<int64_t> flips;
  if (way & 1) flips.push_back(1);
  if (way & 2) flips.push_back(2);
  const auto flipped = picture.flip(flips);
  return way & 4 ? flipped.transpose(1, 2).contiguous() : flipped;
}

Tensor laid_back(const Tensor& picture, int64_t way) {
  std::vector<int64_t> flips;
  if (way & 1) flips.push_back(1);
  if (way & 2) flips.push_back(2);
  return (way & 4 ? picture.transpose(1, 2) : picture).flip(flips);
}

/// The network on one part [C, h, w], or the mean over the ways to lay it.
Tensor enlarge_part(const Translator& model, const Tensor& part, int64_t ways) {
  const PrecisionScope precision(model.machine());
  const auto once = [&](const Tensor& picture) {
    return translate_padded(model.method(), picture, Direction::kAtoB, model.machine());
  };
  if (ways == 1) return once(part);
  Tensor sum;
  for (int64_t way = 0; way < ways; ++way) {
    const auto made = laid_back(once(laid(part, way)), way);
    sum = sum.defined() ? sum + made : made;
  }
  return sum / static_cast<double>(ways);
}

/// The middle of an enlarged part, without its surroundings.
Tensor middle(const Tensor& made, const Stretch& down, const Stretch& across, int64_t scale) {
  return made.narrow(1, scale * (down.first - down.wide_first), scale * down.count)
      .narrow(2, scale * (across.first - across.wide_first), scale * across.count);
}

void check(const Enlarging& how) {
  require_usage(how.ways == 1 || how.ways == 8, "enlarge: got ", how.ways,
                " ways to lay a picture, expected 1 or 8");
  require_usage(how.tile >= 16, "--tile: got ", how.tile, ", expected at least 16");
}

}  // namespace

int64_t enlarging_scale(const Translator& model) {
  const int64_t scale = model.info().task().scale;
  require_usage(scale > 1 && model.method().abilities().reach > 0, "--model: ", model.info().method,
                " does not enlarge pictures; expected one of srresnet, srgan");
  return scale;
}

Tensor enlarge(const Translator& model, const Tensor& picture, const Enlarging& how) {
  check(how);
  const int64_t scale = enlarging_scale(model), reach = model.method().abilities().reach;
  const auto rows = stretches(picture.size(1), how.tile, reach);
  const auto columns = stretches(picture.size(2), how.tile, reach);
  const auto all = static_cast<int64_t>(rows.size() * columns.size());
  auto result = at::empty({picture.size(0), scale * picture.size(1), scale * picture.size(2)});
  int64_t done = 0;
  for (const auto& down : rows) {
    for (const auto& across : columns) {
      const auto part = picture.narrow(1, down.wide_first, down.wide_count)
                            .narrow(2, across.wide_first, across.wide_count);
      const auto made = enlarge_part(model, part.contiguous(), how.ways);
      result.narrow(1, scale * down.first, scale * down.count)
          .narrow(2, scale * across.first, scale * across.count)
          .copy_(middle(made, down, across, scale));
      how.on_tile(++done, all);
    }
  }
  return result;
}

void enlarge(const Translator& model, const Image& image, const std::filesystem::path& out,
             const Enlarging& how) {
  check(how);
  const int64_t scale = enlarging_scale(model), reach = model.method().abilities().reach;
  const auto channels = model.info().task().channels_a;
  const auto rows = stretches(image.height, how.tile, reach);
  const auto columns = stretches(image.width, how.tile, reach);
  const auto all = static_cast<int64_t>(rows.size() * columns.size());
  int64_t done = 0;
  Image header{scale * image.width, scale * image.height, image.channels, image.bits, {},
               image.metadata};
  const auto pixel = static_cast<size_t>(image.channels * (image.bits / 8));
  const auto make_rows = [&](int64_t top, int64_t count) {
    const auto& down = rows.at(static_cast<size_t>(top / (scale * how.tile)));
    std::vector<uint8_t> bytes(static_cast<size_t>(header.width * count) * pixel);
    for (const auto& across : columns) {
      const auto part =
          cut(image, across.wide_first, down.wide_first, across.wide_count, down.wide_count);
      const auto made = enlarge_part(model, to_tensor(part, channels), how.ways);
      auto tile = make_image(scale * across.count, count, image.channels, image.bits);
      if (image.has_alpha()) {
        const auto alpha = resize(alpha_of(part), made.size(1), made.size(2));
        tile = with_alpha(tile, middle(alpha, down, across, scale));
      }
      tile = with_colors(tile, middle(made, down, across, scale));
      const auto row = static_cast<size_t>(tile.width) * pixel;
      for (int64_t y = 0; y < count; ++y) {
        const auto place = static_cast<size_t>(y * header.width + scale * across.first) * pixel;
        std::memcpy(&bytes[place], &tile.bytes[static_cast<size_t>(y) * row], row);
      }
      how.on_tile(++done, all);
    }
    return bytes;
  };
  write_rows(header, scale * how.tile, make_rows, out);
}

}  // namespace ganvas
