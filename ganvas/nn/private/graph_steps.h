// What the steps of a graph make that keep nothing from pass to pass.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "ganvas/nn/graph.h"
#include "ganvas/nn/private/bands.h"

namespace ganvas {

/// Pads in torch's order.
std::vector<int64_t> torch_pads(const Sides& pads);

Tensor without_sides(const Tensor& x, const Sides& sides);

/// True for steps between kLinear and kSquareRoot: they keep the places of a map.
bool keeps_places(Op op);

/// How far a step looks; none where that is not known, or all of the map.
std::optional<Reach> reach_of(const Step& step);

/// A step that keeps places: each pixel by itself, or by its channel's moments.
Tensor on_channels(const Step& step, const Tensor& x);

/// kSampleAt: Liu et al., ICCV 2023 (arXiv:2308.15085), Eq. 1.
Tensor sampled(const Step& step, const Tensor& x, const Tensor& moves);

/// A step from kSlice on, but for kCrop.
Tensor reshaped(const Step& step, const Tensor& x);

}  // namespace ganvas
