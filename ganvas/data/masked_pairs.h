// Photographs and the same with a part hidden, for inpainting.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"
#include "ganvas/data/photographs.h"
#include "ganvas/image/draw_mosaic.h"

namespace ganvas {

struct MaskedPairsConfig {
  ReadConfig read;
  MaskConfig masks;
  RegionConfig region;

  template <typename Visitor>
  void visit(Visitor& v) {
    read.visit(v);
    masks.visit(v);
    region.visit(v);
  }
};

/// Opens the photographs of a split, DIR/train/x.jpg or DIR/x.jpg: b is the photograph, a the same with a
/// part hidden: that of its mask in --masks, or a drawn region of a quarter to three quarters of the sides. In
/// plain view cut to a multiple of 16 pixels, its region depending on its number alone.
///   returns: null if there is no folder for the split, and the whole folder may not serve for it
std::unique_ptr<Dataset> open_masked_pairs(const DataRequest& request,
                                           const MaskedPairsConfig& config);

}  // namespace ganvas
