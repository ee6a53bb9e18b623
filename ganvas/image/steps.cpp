// What changes from pixel to pixel in a picture, and sums over its parts.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/image/steps.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/zeros.h>

namespace ganvas {
namespace {

constexpr double kMostStep = 48;  // levels
constexpr double kLevels = 127.5;

/// Mean over channels, in levels, capped; zeros where there is no pixel before.
Tensor steps_along(const Tensor& picture, int64_t dim) {
  const int64_t length = picture.size(dim);
  auto all = at::zeros({picture.size(1), picture.size(2)});
  const auto later = picture.narrow(dim, 1, length - 1);
  const auto before = picture.narrow(dim, 0, length - 1);
  all.narrow(dim - 1, 1, length - 1)
      .copy_(((later - before).abs() * kLevels).mean(0).clamp_max(kMostStep));
  return all;
}

std::vector<double> masked_profile(const Tensor& mask, const Tensor& raw, int64_t dim) {
  auto inside = mask.clone();
  const int64_t length = mask.size(dim);
  inside.narrow(dim, 1, length - 1).mul_(mask.narrow(dim, 0, length - 1));
  inside.narrow(dim, 0, 1).fill_(0);
  const auto sums = (raw * inside).sum(1 - dim).to(at::kDouble);
  // All lines are divided by the length of a typical one: what crosses little tells little.
  const auto counts = inside.sum(1 - dim).to(at::kDouble);
  const auto typical = counts.square().sum() / counts.sum().clamp_min(1);
  const auto means = (sums / typical.clamp_min(1)).contiguous();
  const auto* begin = means.const_data_ptr<double>();
  return {begin, begin + length};
}

}  // namespace

Sums::Sums(const Tensor& numbers)
    : width_(numbers.size(1) + 1), sums_(at::zeros({numbers.size(0) + 1, width_}, at::kDouble)) {
  sums_.slice(0, 1).slice(1, 1).copy_(numbers.to(at::kDouble).cumsum(0).cumsum(1));
  at_ = sums_.const_data_ptr<double>();
}

double Sums::sum(const Window& w) const {
  return at_[w.bottom * width_ + w.right] - at_[w.top * width_ + w.right] -
         at_[w.bottom * width_ + w.left] + at_[w.top * width_ + w.left];
}

Steps::Steps(const Tensor& picture)
    : height_(picture.size(1)),
      width_(picture.size(2)),
      across_raw_(steps_along(picture, 2)),
      down_raw_(steps_along(picture, 1)),
      across_(across_raw_),
      down_(down_raw_) {
  for (const auto& channel : picture.unbind()) colours_.emplace_back(channel * kLevels);
}

double Steps::difference(const Window& a, const Window& b) const {
  const auto mean = [](const Sums& sums, const Window& w) {
    return sums.sum(w) / static_cast<double>((w.right - w.left) * (w.bottom - w.top));
  };
  double sum = 0;
  for (const auto& colour : colours_) sum += std::abs(mean(colour, a) - mean(colour, b));
  return std::min(kMostStep, sum / static_cast<double>(colours_.size()));
}

std::vector<double> Steps::profile_across(const Window& w) const {
  std::vector<double> profile(static_cast<size_t>(w.right - w.left), 0);
  for (int64_t x = w.left + 1; x < w.right; ++x) {
    profile[static_cast<size_t>(x - w.left)] =
        across_.sum({x, w.top, x + 1, w.bottom}) / static_cast<double>(w.bottom - w.top);
  }
  return profile;
}

std::vector<double> Steps::profile_down(const Window& w) const {
  std::vector<double> profile(static_cast<size_t>(w.bottom - w.top), 0);
  for (int64_t y = w.top + 1; y < w.bottom; ++y) {
    profile[static_cast<size_t>(y - w.top)] =
        down_.sum({w.left, y, w.right, y + 1}) / static_cast<double>(w.right - w.left);
  }
  return profile;
}

std::vector<double> Steps::profile_across(const Tensor& mask) const {
  return masked_profile(mask, across_raw_, 1);
}

std::vector<double> Steps::profile_down(const Tensor& mask) const {
  return masked_profile(mask, down_raw_, 0);
}

}  // namespace ganvas
