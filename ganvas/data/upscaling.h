// Photographs and small copies of them, for super-resolution.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

struct UpscalingConfig {
  ReadConfig read;
  std::string reductions;

  template <typename Visitor>
  void visit(Visitor& v) {
    read.visit(v);
    v("reductions", reductions, "folder of small copies made elsewhere, named as the photographs");
  }
};

/// Opens the photographs of a split, DIR/train/x.jpg or DIR/x.jpg: b a photograph, a its bicubic reduction
/// by spec.scale, rounded to 8 bits, or the image of that name in --reductions.
///
/// Decoded photographs stay in memory up to --cache: reading one takes longer than learning
/// from a crop of it. Training crops are cut from the whole small copy and the same place of the
/// photograph, turned and mirrored in one of eight ways; in plain view whole, cut to a multiple of the scale.
///   returns: null if there is no folder for the split, and the whole folder may not serve for it
std::unique_ptr<Dataset> open_upscaling(const DataRequest& request, const UpscalingConfig& config);

}  // namespace ganvas
