// Maps too large to lie in memory layer by layer: instance-normalised layers on bands of rows, exact
// because the moments of a whole map are known before its rows are used.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ganvas/nn/private/layers.h"

namespace ganvas {

/// A map [1, C, H, W] whose rows are there when they are asked for.
struct RowStream {
  int64_t height;

  /// Rows [top, bottom) of it, fp32, channels last in memory.
  std::function<Tensor(int64_t top, int64_t bottom)> rows;

  /// Says that rows above this one will not be asked for again.
  std::function<void(int64_t row)> release = [](int64_t) {};

  /// Replaces the rows from `top` on by others, of buffered() maps only: as many as between two
  /// multiples of the height of a band.
  std::function<void(int64_t top, const Tensor& rows)> put = {};

  /// The same map for a reader who is not the last.
  RowStream shared() const { return {height, rows}; }
};

/// What a layer makes of rows: `up` rows for each `down` of its input, and how many rows of the
/// input beyond them it looks at. What it makes of rows nearer to a cut than that is dropped.
struct Reach {
  int64_t before, after;
  int64_t up = 1, down = 1;
};

/// The rows of an upright tensor of any floating type.
RowStream row_stream(const Tensor& map);

/// All of a map, kept in 16 bits; it is released on the way.
RowStream buffered(const RowStream& map);

/// A layer of `in` before its norm, made again whenever rows are asked for.
RowStream layer_stream(const std::function<Tensor(const Tensor&)>& layer, const Reach& reach,
                       const RowStream& in);

/// What a layer makes of `in`, normed by its own moments and then ReLU. What is normed is kept in 16 bits
/// (buffered_layer), while `in` is released on the way, or made again for each reader (recomputed_layer).
RowStream buffered_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                         const RowStream& in);
RowStream recomputed_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                           const RowStream& in);

/// Adds what a layer makes of `in`, normed, to a packed map.
void add_buffered_layer(const std::shared_ptr<NormedLayer>& layer, const Reach& reach,
                        const RowStream& in, const RowStream& to);

/// All rows in one tensor, channels last in memory; the map is released on the way.
Tensor collected(const RowStream& map);

/// Images of more pixels go through networks of instance norm in bands. For tests and benchmarks.
void limit_pixels_at_once(int64_t pixels);
int64_t pixels_at_once();

}  // namespace ganvas
