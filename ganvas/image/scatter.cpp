// Points of the plane as an image.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/scatter.h"

#include <algorithm>
#include <array>

#include <ATen/ops/arange.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "ganvas/core/error.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

constexpr int64_t kSide = 384;  // pixels
using Color = std::array<uint8_t, 3>;
constexpr Color kReal = {150, 150, 150};
constexpr std::array<Color, 8> kMade = {{{209, 73, 91},
                                         {11, 111, 184},
                                         {58, 125, 68},
                                         {142, 94, 162},
                                         {199, 123, 10},
                                         {0, 140, 140},
                                         {120, 60, 20},
                                         {40, 40, 40}}};

/// The square of the plane that is shown.
struct Window {
  double left, bottom, side;

  explicit Window(const Tensor& points) {
    constexpr double kMargin = 0.15;  // of the points' extent, on every side
    const auto low = std::get<0>(points.min(/*dim=*/0)), high = std::get<0>(points.max(0));
    const auto extent = (high - low).max().item<double>();
    side = std::max(extent, 1e-6) * (1 + 2 * kMargin);
    const auto middle = (low + high) / 2;
    left = middle[0].item<double>() - side / 2;
    bottom = middle[1].item<double>() - side / 2;
  }

  int64_t column(double x) const { return pixel((x - left) / side); }
  int64_t row(double y) const { return pixel(1 - (y - bottom) / side); }

  /// The places of all pixels: [kSide * kSide, 2], row by row.
  Tensor places() const {
    const auto steps = (at::arange(kSide, at::kDouble) + 0.5) / kSide;
    const auto x = (left + side * steps).unsqueeze(0).expand({kSide, kSide});
    const auto y = (bottom + side * (1 - steps)).unsqueeze(1).expand({kSide, kSide});
    return at::stack({x.flatten(), y.flatten()}, /*dim=*/1);
  }

 private:
  static int64_t pixel(double share) {
    return share >= 0 && share < 1 ? static_cast<int64_t>(share * kSide) : -1;
  }
};

void paint_field(Image& image, const Window& window,
                 const std::function<Tensor(const Tensor&)>& field) {
  const auto values = field(window.places().to(at::kFloat)).to(at::kDouble).contiguous();
  const double low = values.min().item<double>(), high = values.max().item<double>();
  const auto* value = values.const_data_ptr<double>();
  constexpr std::array<double, 3> kLow = {178, 200, 236}, kHigh = {255, 244, 196};
  for (int64_t i = 0; i < kSide * kSide; ++i) {
    const double share = high > low ? (value[i] - low) / (high - low) : 0.5;
    for (size_t c = 0; c < 3; ++c) {
      image.bytes[static_cast<size_t>(3 * i) + c] =
          static_cast<uint8_t>(kLow[c] + share * (kHigh[c] - kLow[c]));
    }
  }
}

/// A point of 2 x 2 pixels.
void paint_point(Image& image, int64_t column, int64_t row, const Color& color) {
  if (column < 0 || row < 0) return;
  for (int64_t y = row; y < std::min(row + 2, kSide); ++y) {
    for (int64_t x = column; x < std::min(column + 2, kSide); ++x) {
      std::copy(color.begin(), color.end(), &image.bytes[static_cast<size_t>(3 * (y * kSide + x))]);
    }
  }
}

}  // namespace

Image draw_scatter(const Scatter& scatter) {
  auto image = make_image(kSide, kSide, 3);
  std::fill(image.bytes.begin(), image.bytes.end(), uint8_t{255});
  const Window window(scatter.real);
  if (scatter.field) paint_field(image, window, scatter.field);
  const auto paint = [&](const Tensor& points, const auto& color_of) {
    const auto all = points.to(at::kDouble).contiguous();
    const auto* at = all.const_data_ptr<double>();
    for (int64_t i = 0; i < all.size(0); ++i) {
      paint_point(image, window.column(at[2 * i]), window.row(at[2 * i + 1]), color_of(i));
    }
  };
  paint(scatter.real, [](int64_t) { return kReal; });
  const auto& labels = scatter.made_labels;
  paint(scatter.made, [&](int64_t i) {
    const int64_t label = labels.defined() ? labels[i].item<int64_t>() : 0;
    return kMade[static_cast<size_t>(label) % kMade.size()];
  });
  return image;
}

}  // namespace ganvas
