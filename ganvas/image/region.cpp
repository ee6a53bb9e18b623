// Regions of an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/region.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/zeros.h>

#include "ganvas/core/error.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {

Tensor read_region(const std::filesystem::path& path, int64_t height, int64_t width) {
  const auto read = read_image(path);
  require(read.width == width && read.height == height, path.string(), ": got ", read.width, " x ",
          read.height, " pixels, expected the image's ", width, " x ", height);
  return to_tensor(read, 1).gt(0).to(at::kFloat);
}

Tensor rectangle_region(int64_t height, int64_t width, const Box& box) {
  auto region = at::zeros({1, height, width});
  const auto clipped = [](int64_t at, int64_t most) { return std::clamp<int64_t>(at, 0, most); };
  region.slice(1, clipped(box.top, height), clipped(box.top + box.height, height))
      .slice(2, clipped(box.left, width), clipped(box.left + box.width, width))
      .fill_(1);
  return region;
}

Tensor ellipse_region(int64_t height, int64_t width, const Box& box) {
  // The distance of pixels' centres from the middle in half axes, along one axis.
  const auto along = [](int64_t length, int64_t first, int64_t size) {
    const double half = 0.5 * static_cast<double>(size);
    return (at::arange(length, at::kFloat) + 0.5 - (static_cast<double>(first) + half)) / half;
  };
  const auto x = along(width, box.left, box.width).unsqueeze(0);
  const auto y = along(height, box.top, box.height).unsqueeze(1);
  return (x.square() + y.square()).le(1).to(at::kFloat).unsqueeze(0);
}

Box random_box(int64_t height, int64_t width, Random& random) {
  const auto side = [&](int64_t length) {
    return std::lround((0.5 + 0.5 * random.uniform()) * static_cast<double>(length));
  };
  Box box;
  box.width = side(width);
  box.height = side(height);
  box.left = random.integer(0, width - box.width);
  box.top = random.integer(0, height - box.height);
  return box;
}

Tensor random_blob(int64_t height, int64_t width, double share, Random& random) {
  constexpr int64_t kKnots = 6;  // of the noise, along each side
  auto knots = at::empty({1, 1, kKnots, kKnots});
  for (int64_t i = 0; i < knots.numel(); ++i) {
    knots.data_ptr<float>()[i] = static_cast<float>(random.uniform());
  }
  const std::vector<int64_t> size = {height, width};
  const auto noise =
      at::upsample_bicubic2d(knots, at::IntArrayRef(size), /*align_corners=*/true).squeeze(0);
  const auto count = noise.numel();
  const auto below =
      std::clamp<int64_t>(std::lround((1 - share) * static_cast<double>(count)), 1, count);
  return noise.gt(std::get<0>(noise.flatten().kthvalue(below))).to(at::kFloat);
}

Tensor largest_component(const Tensor& region) {
  const auto inside = region.gt(0.5).to(at::kByte).contiguous();
  const int64_t height = inside.size(1), width = inside.size(2);
  auto* open = inside.data_ptr<uint8_t>();  // not yet visited
  std::vector<int64_t> best;
  for (int64_t seed = 0; seed < height * width; ++seed) {
    std::vector<int64_t> piece;
    const auto visit = [&](int64_t place) {
      if (open[place] == 0) return;
      open[place] = 0;
      piece.push_back(place);
    };
    visit(seed);
    for (size_t next = 0; next < piece.size(); ++next) {
      const int64_t place = piece[next], x = place % width;
      if (x > 0) visit(place - 1);
      if (x + 1 < width) visit(place + 1);
      if (place >= width) visit(place - width);
      if (place + width < height * width) visit(place + width);
    }
    if (piece.size() > best.size()) best = std::move(piece);
  }
  auto largest = at::zeros({1, height, width});
  for (const auto place : best) largest.data_ptr<float>()[place] = 1;
  return largest;
}

Box bounding_box(const Tensor& region) {
  const auto places = region.gt(0.5)[0].nonzero();
  if (places.size(0) == 0) return {};
  const auto low = std::get<0>(places.min(0)), high = std::get<0>(places.max(0));
  const auto top = low[0].item<int64_t>(), left = low[1].item<int64_t>();
  return {left, top, high[1].item<int64_t>() - left + 1, high[0].item<int64_t>() - top + 1};
}

Tensor hide(const Tensor& image, const Tensor& region) {
  return at::cat({image * (1 - region), region * 2 - 1});
}

std::vector<int64_t> run_lengths(const Tensor& region) {
  const auto columns = region[0].t().to(at::kByte).contiguous();
  std::vector<int64_t> runs = {0};
  uint8_t now = 0;
  for (int64_t i = 0; i < columns.numel(); ++i) {
    if (columns.const_data_ptr<uint8_t>()[i] != now) {
      runs.push_back(0);
      now = columns.const_data_ptr<uint8_t>()[i];
    }
    ++runs.back();
  }
  return runs;
}

}  // namespace ganvas
