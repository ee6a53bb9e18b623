// Photographs and the same with mosaics made of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"
#include "ganvas/data/photographs.h"
#include "ganvas/image/draw_mosaic.h"

namespace ganvas {

struct MosaicPairsConfig {
  ReadConfig read;
  MaskConfig masks;
  MosaicConfig mosaics;

  template <typename Visitor>
  void visit(Visitor& v) {
    read.visit(v);
    masks.visit(v);
    mosaics.visit(v);
  }
};

/// Opens the photographs of a split, DIR/train/x.jpg or DIR/x.jpg: b is the photograph, a the same with a
/// random mosaic, smoothly interpolated, and its mask (one channel more). In plain view cut to a
/// multiple of 16 pixels, its mosaic depending on its number alone.
///   returns: null if there is no folder for the split, and the whole folder may not serve for it
std::unique_ptr<Dataset> open_mosaic_pairs(const DataRequest& request,
                                           const MosaicPairsConfig& config);

}  // namespace ganvas
