// Mosaics in photographs: found, restored by a model, and held to what their cells say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ganvas/inference/model.h"
#include "ganvas/mosaic/find_mosaics.h"

namespace ganvas {

/// Throws UsageError unless the model was trained on mosaics.
void require_restorer(const Model& model);

/// How mosaics are restored.
struct Restoring {
  /// How many of the eight rotations and reflections are restored and averaged: 1 or 8. Eight take
  /// eight times as long, are a little closer, and their spread says where the model doubts.
  int64_t ways = 1;
};

/// What became of an image.
struct Restoration {
  Image image;
  Tensor spread;  // [1, H, W] deviation over the ways, in levels of 255; 0 outside and for one way

  /// The share of the restored detail that the mosaic says nothing of: the energy of what differs
  /// from the cells over that of what differs from their common mean. What lies in the null space
  /// of averaging over cells can only be invented.
  double invented = 0;
};

/// Restores the mosaics of an image. Only they and a margin of four cells around are computed;
/// pixels outside them stay bit-identical, as do bits, alpha and metadata. Where cells are whole
/// pixels the result is projected (image/project.h). What a model trained on cells of one size gets
/// to see is first brought to that size, and its result back.
///   Throws Error if a mosaic does not fit the image.
Restoration restore(const Model& model, const Image& image, const std::vector<FoundMosaic>& mosaics,
                    const Restoring& how = {});

/// The spread of a restoration as a grey image: 32 levels are white.
Image doubt_image(const Restoration& restoration);

}  // namespace ganvas
