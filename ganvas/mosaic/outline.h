// Which cells of a lattice are a worn mosaic's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/mosaic/lattice.h"
#include "ganvas/mosaic/step_sums.h"

namespace ganvas {

/// The cells that are like most of the first ones and hang together with them, in ascending order;
/// none if the sides of the first do not stand out. They grow cell by cell; then cells inside and
/// around tell what both are like, and the outline follows that.
std::vector<int64_t> cells_like(const StepSums& steps, const Lattice& lattice,
                                const std::vector<int64_t>& first);

}  // namespace ganvas
