// Two domains whose images need not belong together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ganvas/data/dataset.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

/// What domain b is made of, where it is made of a.
enum class Derived { kNone, kEdges, kNegative };

struct DomainsConfig {
  std::string data_b, classes;
  Derived derive_b = Derived::kNone;
  int64_t margin_a = 0, margin_b = 0;
  Direction direction = Direction::kAtoB;
  SquareConfig squares;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("data-b", data_b, "folder of domain b, if --data holds domain a alone");
    v("classes", classes, "two class folders that are the domains, as daisy,roses");
    v("derive-b", derive_b, "make domain b of every second image: its edges or its negative",
      Choices{"none", "edges", "negative"});
    v("margin-a", margin_a, "black pixels to put around each image of domain a", Range{0, 1024});
    v("margin-b", margin_b,
      "the same for b; 3 makes USPS digits as small in their frame as MNIST's", Range{0, 1024});
    v("direction", direction, "which domain is the input", Choices{"AtoB", "BtoA"});
    squares.visit(v);
  }
};

/// Opens both domains of a split: the folders trainA and trainB of any names; or --data and --data-b, or two
/// of --classes, each as data/image_set.h says; or every second image and what --derive-b makes of the
/// others.
///
/// As long as the larger domain; a runs through its images, b is drawn at random (in plain view:
/// runs too). Both are cropped and mirrored independently.
///   returns: null if one of them has nothing for the split
std::unique_ptr<Dataset> open_domains(const DataRequest& request, const DomainsConfig& config);

/// The second domain of the digit experiments of CoGAN, made of an image of the first: its edges, a 3 x 3
/// dilation minus the image, or its negative.
///   image: [C, H, W] in [-1, 1];  returns the same shape
Tensor derive_image(Derived kind, const Tensor& image);

/// True if the folder, or that of --data-b, holds IDX files.
bool has_digits(const std::filesystem::path& folder, const DomainsConfig& config);

}  // namespace ganvas
