// Images that belong together, from files: side by side, or in two folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "ganvas/data/dataset.h"
#include "ganvas/data/read_config.h"

namespace ganvas {

enum class PairsLayout { kSideBySide, kFolders };

struct PairsConfig {
  PairsLayout layout = PairsLayout::kSideBySide;  // found by the folder, no knob of its own
  Direction direction = Direction::kAtoB;
  std::string names;
  SquareConfig squares;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("direction", direction, "which side is the input", Choices{"AtoB", "BtoA"});
    v("names", names,
      "how the files of a pair are called, a and b with a comma between, in the split's folder or "
      "else in DIR: '{name}_A.png,{name}_B.png'");
    squares.visit(v);
  }
};

/// Whether images show two images side by side: colours step in the middle column as nowhere beside it.
enum class Seam { kSeen, kNone, kUnknown };

/// By the median over some of the files; those that cannot be read do not count.
Seam seam_of(const std::vector<std::filesystem::path>& files);

/// Opens the pairs of a split, as junyanz/pytorch-CycleGAN-and-pix2pix lays them out:
///
///     side by side  DIR/train/x.jpg holds A (left) and B (right) in one image
///     folders       DIR/trainA/x.jpg and DIR/trainB/x.png, or DIR/A/train/ and DIR/B/train/; or a list
///                   with two files a line (data/list_file.h), or names as data/name_pairs.h finds them
///
/// Both sides of a pair become squares, and get the same crop.
///   returns: null if there is no folder for the split, and the whole folder may not serve for it
///   Throws Error if most images have no partner; others are told and left out.
std::unique_ptr<Dataset> open_pairs(const DataRequest& request, const PairsConfig& config);

}  // namespace ganvas
