// The one table of tolerances, and comparisons that show where tensors differ.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "ganvas/core/tensor.h"

namespace ganvas {

struct Tolerance {
  double absolute, relative;
};
inline constexpr Tolerance kOneOperation{1e-6, 1e-5};
inline constexpr Tolerance kNetwork{1e-4, 1e-4};

/// Succeeds if |a - b| <= absolute + relative * max |b| everywhere.
inline testing::AssertionResult close(const Tensor& a, const Tensor& b, Tolerance tolerance) {
  if (a.sizes() != b.sizes()) {
    return testing::AssertionFailure() << "shapes " << a.sizes() << " and " << b.sizes();
  }
  const double scale = b.abs().max().item<double>();
  const double worst = (a - b).abs().max().item<double>();
  if (worst <= tolerance.absolute + tolerance.relative * scale) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "largest difference " << worst << " at a scale of " << scale;
}

/// The largest difference, as a share of the largest number that is expected.
inline double relative_error(const Tensor& got, const Tensor& expected) {
  return ((got - expected).abs().max() / expected.abs().max()).item<double>();
}

}  // namespace ganvas
