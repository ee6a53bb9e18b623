// How faithful an image is to the one it should be.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/metrics/fidelity.h"

#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones.h>

#include "ganvas/core/error.h"
#include "ganvas/core/luma.h"
#include "ganvas/metrics/grid.h"

namespace ganvas {
namespace {

constexpr double kPeak = 255;
constexpr int64_t kWindow = 11;
constexpr double kSigma = 1.5;
constexpr double kEqualPsnr = 100;

/// [-1, 1] -> rounded levels 0..255 in double
Tensor levels(const Tensor& image) {
  return image.to(at::kDouble).add(1).mul(kPeak / 2).round().clamp(0, kPeak);
}

/// The mean over the places where mask is 1; both broadcast.
double masked_mean(const Tensor& values, const Tensor& mask) {
  const auto weights = mask.expand_as(values);
  return (values * weights).sum().item<double>() / weights.sum().item<double>();
}

/// Local means under the Gaussian window: [C, H, W] -> [C, H - 10, W - 10].
Tensor local_mean(const Tensor& x) {
  const auto offset = at::arange(kWindow, x.options()) - static_cast<double>(kWindow / 2);
  auto row = (offset.square() / (-2 * kSigma * kSigma)).exp();
  row = row / row.sum();
  const auto along = at::conv2d(x.unsqueeze(1), row.view({1, 1, 1, kWindow}));
  return at::conv2d(along, row.view({1, 1, kWindow, 1})).squeeze(1);
}

double ssim(const Tensor& x, const Tensor& y, const Tensor& mask) {
  const double c1 = std::pow(0.01 * kPeak, 2), c2 = std::pow(0.03 * kPeak, 2);
  const auto mean_x = local_mean(x), mean_y = local_mean(y);
  const auto var_x = local_mean(x * x) - mean_x * mean_x;
  const auto var_y = local_mean(y * y) - mean_y * mean_y;
  const auto cov = local_mean(x * y) - mean_x * mean_y;
  const auto map = (2 * mean_x * mean_y + c1) * (2 * cov + c2) /
                   ((mean_x.square() + mean_y.square() + c1) * (var_x + var_y + c2));
  const int64_t cut = kWindow / 2;
  const auto inside = mask.narrow(1, cut, map.size(1)).narrow(2, cut, map.size(2));
  return inside.sum().item<double>() > 0 ? masked_mean(map, inside) : map.mean().item<double>();
}

/// Mean gradient magnitude of luma, forward differences.
double gradient_magnitude(const Tensor& x, const Tensor& mask) {
  const auto grey = x.size(0) == 1 ? x : luma(x);
  const int64_t height = x.size(1) - 1, width = x.size(2) - 1;
  const auto corner = grey.narrow(1, 0, height).narrow(2, 0, width);
  const auto dx = grey.narrow(1, 0, height).narrow(2, 1, width) - corner;
  const auto dy = grey.narrow(1, 1, height).narrow(2, 0, width) - corner;
  return masked_mean((dx * dx + dy * dy).sqrt(), mask.narrow(1, 0, height).narrow(2, 0, width));
}

/// The figures of two images in levels [C, H, W] double where the mask [1, H, W] is 1.
Fidelity measure(const Tensor& x, const Tensor& y, const Tensor& where) {
  require(x.size(1) >= kWindow && x.size(2) >= kWindow, "compare: got ", x.size(2), " x ",
          x.size(1), " pixels, expected at least ", kWindow, " x ", kWindow);
  Fidelity result;
  result.l1 = masked_mean((x - y).abs(), where);
  const double mse = masked_mean((x - y).square(), where);
  result.psnr = mse == 0 ? kEqualPsnr : 10 * std::log10(kPeak * kPeak / mse);
  result.ssim = ssim(x, y, where);
  const double original = gradient_magnitude(y, where);
  result.sharpness = original > 0 ? gradient_magnitude(x, where) / original : 1;
  return result;
}

/// How much more of a grid there is in one image than in the other, both rounded to 8 bits.
std::optional<double> grid_of(const Tensor& made, const Tensor& target) {
  const auto energy = [](const Tensor& image) { return grid_energy(levels(image)); };
  const auto of_made = energy(made), of_target = energy(target);
  if (!of_made || !of_target) return {};
  return *of_made / *of_target;
}

void require_same_shape(const Tensor& made, const Tensor& target) {
  require(made.dim() == 3 && made.sizes() == target.sizes(), "compare: got images of ",
          made.sizes(), " and ", target.sizes(), ", expected one shape [C, H, W]");
}

/// Levels of RGB [3, H, W] -> levels of luma [1, H, W] in 16..235.
Tensor video_luma(const Tensor& rgb) {
  const auto part = [&](int64_t channel, double weight) {
    return rgb.narrow(0, channel, 1) * (weight / kPeak);
  };
  return part(0, 65.481) + part(1, 128.553) + part(2, 24.966) + 16;
}

}  // namespace

Fidelity compare(const Tensor& made, const Tensor& target, const Tensor& mask) {
  require_same_shape(made, target);
  const auto x = levels(made), y = levels(target);
  const auto where = mask.defined() ? mask.gt(0.5).to(at::kDouble)
                                    : at::ones({1, made.size(1), made.size(2)}, x.options());
  require(where.sum().item<double>() > 0, "compare: got an empty mask");
  auto result = measure(x, y, where);
  if (!mask.defined()) result.grid = grid_of(made, target);
  return result;
}

double edge_strength(const Tensor& image) {
  const auto x = levels(image);
  return gradient_magnitude(x, at::ones({1, x.size(1), x.size(2)}, x.options()));
}

Fidelity compare_luma(const Tensor& made, const Tensor& target, int64_t border) {
  require_same_shape(made, target);
  const int64_t height = made.size(1) - 2 * border, width = made.size(2) - 2 * border;
  require(height > 0 && width > 0, "compare: got ", made.size(2), " x ", made.size(1),
          " pixels, nothing is left without a border of ", border);
  const auto luma_of = [&](const Tensor& image) {
    const auto inside = levels(image).narrow(1, border, height).narrow(2, border, width);
    return inside.size(0) == 3 ? video_luma(inside) : inside;
  };
  const auto x = luma_of(made), y = luma_of(target);
  auto result = measure(x, y, at::ones({1, height, width}, x.options()));
  result.grid = grid_of(made, target);
  return result;
}

double feature_distance(const Tensor& f, const Tensor& g) {
  constexpr double kLeastLength = 1e-10;
  const auto unit = [&](const Tensor& features) {
    return features / features.square().sum(1, /*keepdim=*/true).sqrt().clamp_min(kLeastLength);
  };
  return (unit(f) - unit(g)).square().sum(1).mean().item<double>();
}

Fidelity mean_of(const std::vector<Fidelity>& figures) {
  Fidelity mean;
  std::vector<double> grids;  // of images that are large enough
  for (const auto& f : figures) {
    const auto n = static_cast<double>(figures.size());
    mean.l1 += f.l1 / n;
    mean.psnr += f.psnr / n;
    mean.ssim += f.ssim / n;
    mean.sharpness += f.sharpness / n;
    if (f.grid) grids.push_back(*f.grid);
    if (f.features) mean.features = mean.features.value_or(0) + *f.features / n;
    for (const auto& [name, distance] : f.perceptual) mean.perceptual[name] += distance / n;
  }
  mean.grid = geometric_mean(grids);
  return mean;
}

}  // namespace ganvas
