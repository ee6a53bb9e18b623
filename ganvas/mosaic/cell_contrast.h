// How the sides of a lattice's cells stand out from their inside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/mosaic/lattice.h"
#include "ganvas/mosaic/step_sums.h"

namespace ganvas {

/// Refers to steps and lattice, which must outlive it.
class CellContrast {
 public:
  CellContrast(const StepSums& steps, const Lattice& lattice) : steps_(steps), lattice_(lattice) {}

  /// The mean step inside a cell, where blur does not reach.
  double inside(int64_t cell) const;

  /// log of the step on the sides over that inside. Of the sides, the highest does not count: cells
  /// beside a mosaic have one. Nor does the lowest: a cell may be like one of its neighbours.
  double of(int64_t cell) const;

 private:
  double on_side(const PixelRect& w, Lattice::Side side) const;

  const StepSums& steps_;
  const Lattice& lattice_;
};

}  // namespace ganvas
