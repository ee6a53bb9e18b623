// The power of images at the frequencies of grids.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/core/grid_spectrum.h"

#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/hann_window.h>
#include <ATen/ops/stack.h>

#include "ganvas/core/error.h"

namespace ganvas {
namespace {

constexpr int64_t kOn = 1;                            // bins each side that belong to a frequency
constexpr int64_t kBesideFirst = 4, kBesideLast = 7;  // bins away, of what it is compared with

/// Of power along one axis, [N, n].
void append_ratios(std::vector<Tensor>& ratios, const Tensor& power) {
  const int64_t n = power.size(1);
  const auto mean = [&](int64_t first, int64_t last) {
    return power.narrow(1, first, last - first + 1).mean(1);
  };
  for (const int64_t period : {int64_t{2}, int64_t{4}, kGridPeriod}) {
    for (int64_t k = 1; k <= period / 2; ++k) {
      const int64_t c = k * n / period;
      if (c == n / 2 && period != 2) continue;  // counted with period 2
      const auto below = mean(c - kBesideLast, c - kBesideFirst);
      const auto above = mean(c + kBesideFirst, c + kBesideLast);
      ratios.push_back((mean(c - kOn, c + kOn) / ((below + above) / 2)).log());
    }
  }
}

}  // namespace

Tensor grid_log_ratios(const Tensor& grey, double noise) {
  const int64_t height = grey.size(1), width = grey.size(2);
  require(height % kGridPeriod == 0 && width % kGridPeriod == 0 &&
              std::min(height, width) >= kLeastGridSide,
          "grid: got ", width, " x ", height, " pixels, expected multiples of ", kGridPeriod,
          ", at least ", kLeastGridSide);
  const auto window = [&](int64_t n) {
    return at::hann_window(n, /*periodic=*/false, grey.options());
  };
  const auto shown = (grey - grey.mean(at::IntArrayRef{1, 2}, /*keepdim=*/true)) *
                     window(height).unsqueeze(1) * window(width);
  const auto spectrum = at::view_as_real(at::fft_fft2(shown));
  // White noise has the same power at each frequency: its variance times the sum of the squared window.
  const double of_window = 9.0 / 64 * static_cast<double>(height * width);
  const auto power = spectrum.square().sum(3) + noise * of_window;
  std::vector<Tensor> ratios;
  for (const int64_t other : {2, 1}) append_ratios(ratios, power.sum(other));
  return at::stack(ratios, /*dim=*/1);
}

}  // namespace ganvas
