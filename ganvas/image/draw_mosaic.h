// Drawing mosaics at random, and what happens to images with mosaics on their way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ganvas/core/config.h"
#include "ganvas/core/random.h"
#include "ganvas/image/image.h"
#include "ganvas/image/mosaic.h"

namespace ganvas {

/// Shapes of drawn regions: rectangles, or also ellipses and blobs.
enum class Regions { kRectangles, kMixed };

/// Where cells begin: anywhere, or at the edge of the image.
enum class Phase { kRandom, kEdge };

/// The knob of drawn regions.
struct RegionConfig {
  Regions regions = Regions::kRectangles;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("regions", regions, "shape of drawn regions: a rectangle, or also an ellipse or a blob",
      Choices{"rectangles", "mixed"});
  }
};

/// The knobs of drawn mosaics: of training pairs, and of `ganvas mosaic`.
struct MosaicConfig {
  int64_t least_cell = 6, most_cell = 10;
  Phase phase = Phase::kRandom;
  RegionConfig region;
  double strength = 1;
  double noise = 0;
  int64_t jpeg = 0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("least-cell", least_cell, "smallest cell of a mosaic, pixels", Range{2, 256});
    v("most-cell", most_cell, "largest cell of a mosaic, pixels", Range{2, 256});
    v("phase", phase,
      "where cells begin: anywhere, or at the image's edge, as --generator cells9 wants it",
      Choices{"random", "edge"});
    region.visit(v);
    v("strength", strength, "share of the cells' colour; under 1 the image shines through",
      Range{0, 1});
    v("added-noise", noise, "deviation of noise added to the whole image afterwards, levels",
      Range{0, 64});
    v("jpeg", jpeg, "quality of a JPEG that the image goes through afterwards; 0 is none",
      Range{0, 100});
  }
};

/// A grid of square cells. Throws UsageError if --least-cell is over --most-cell.
Grid draw_grid(const MosaicConfig& config, Random& random);

/// A region of the shapes that the config names: a mask [1, H, W] of 0 and 1.
Tensor draw_region(const RegionConfig& config, int64_t height, int64_t width, Random& random);

/// An image with a mosaic after strength, noise and JPEG of the config.
///
///   image: [1 or 3, H, W] float in [-1, 1];  returns the same shape, its pixels outside the mosaic
///   as they were unless noise or JPEG changed them
Tensor draw_pixelated(const Tensor& image, const Mosaic& mosaic, const MosaicConfig& config,
                      Random& random);

/// The same of an image as a file holds it, for training. Nothing of what lay under the cells stays:
/// alpha is pixelated too, and of the metadata only what belongs to the colours is kept.
Image draw_pixelated(const Image& image, const Mosaic& mosaic, const MosaicConfig& config,
                     Random& random);

/// What hides.
enum class Cover { kCells, kBlack };

/// An image whose mosaic hides what lay there (hide_in_cells), or is black; alpha and metadata as
/// above.
Image hidden(const Image& image, const Mosaic& mosaic, Cover cover);

}  // namespace ganvas
