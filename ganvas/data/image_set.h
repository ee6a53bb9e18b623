// One-sided data: images of a domain, with or without classes, in folders or IDX files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "ganvas/data/dataset.h"

namespace ganvas {

/// An image of a domain.
struct DomainImage {
  Tensor pixels;  // [C, H, W] as levels_of() gives
  std::string name;
  int64_t label = kNoLabel;

  std::vector<Tensor> tensors() const { return {pixels}; }
};

/// A least side that no image has: they come in their own size.
inline constexpr int64_t kOwnSize = std::numeric_limits<int64_t>::max();

/// The images of one domain, by number. Threads may call get() at once.
class ImageSet {
 public:
  virtual ~ImageSet() = default;
  virtual int64_t size() const = 0;

  /// Image i, perhaps smaller than its file has it, if no side falls under `least_side`.
  ///   Throws Error if the image's file is broken.
  virtual DomainImage get(int64_t i, int64_t least_side) const = 0;

  /// The width and height of image i in its file.
  ///   Throws Error if the file is broken.
  virtual FrameSize frame_size(int64_t i) const = 0;

  /// As Dataset::mark().
  virtual std::string mark() const { return ""; }

  /// Signs keep their meaning in these crops only: digits are not mirrored or shifted.
  virtual View view(View asked) const { return asked; }
};

/// Opens the images of a split of a domain:
///
///     DIR/train/x.jpg            images
///     DIR/train/daisy/x.jpg      classes, numbered in the order of their names
///     DIR/x.jpg, DIR/daisy/x.jpg the same without a split: train and test are all of them
///     DIR/train-images-idx3-ubyte.gz and -labels-idx1-ubyte.gz, with t10k or test for the test
///                                part; a folder with only one part gives its first four fifths to
///                                train and the rest to test. Grey, ink bright.
///
///   channels: 1 or 3, what get() gives
///   classes:  what the classes are called, in the order of their labels; a folder of another name has
///             images without label. None: the folders themselves, sorted
///   returns:  null if there is nothing for this split
std::unique_ptr<ImageSet> open_image_set(const std::filesystem::path& folder, Split split,
                                         int64_t channels,
                                         const std::vector<std::string>& classes = {});

/// The names of a domain's classes, in the order of their labels: its class folders, or the numbers
/// that its IDX files use. None if it has no classes.
///   Throws Error if a name has a comma.
std::vector<std::string> class_names(const std::filesystem::path& folder);

/// True if a folder holds IDX files.
bool has_idx_files(const std::filesystem::path& folder);

}  // namespace ganvas
