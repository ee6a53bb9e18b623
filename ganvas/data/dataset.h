// Data sets: size() and get(i, random), and the ways to make one from a folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "ganvas/core/batch.h"
#include "ganvas/core/config.h"
#include "ganvas/core/random.h"
#include "ganvas/core/task.h"
#include "ganvas/core/tensor.h"
#include "ganvas/image/draw_mosaic.h"
#include "ganvas/sampling/points.h"

namespace ganvas {

/// A picture of each domain.
///
///   a: [C_a, H, W] float in [-1, 1];  b: [C_b, s H, s W], s the task's scale; where
///   the data are one set, undefined
struct Sample {
  Tensor a, b;
  std::string name;                   // of a's file, without folder and extension
  std::optional<Mosaic> mosaic = {};  // where a differs from b, if a was pixelated
  Tensor pixelated = {};              // b with that mosaic, which a was made of
  int64_t label_a = kNoLabel, label_b = kNoLabel;
};

/// Samples by number. Threads may call get() at once.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual int64_t size() const = 0;

  /// How many different pictures each side has; in plain view samples show them from the first on.
  virtual int64_t count_a() const { return size(); }
  virtual int64_t count_b() const { return size(); }

  /// Where the mass of points is known to lie.
  virtual Modes modes() const { return {}; }

  /// Sample i, a pure function of i and of what `random` gives. Throws Error if its file is broken.
  virtual Sample get(int64_t i, Random random) const = 0;
};

/// The knobs of data.
struct DataConfig {
  std::string pairs = "auto";
  std::string data_b;
  std::string classes;
  std::string derive_b = "none";
  int64_t margin_a = 0, margin_b = 0;
  std::string reductions;
  std::string direction = "AtoB";
  std::string color = "auto";
  std::string square = "stretch";
  int64_t load_size = 0;
  bool flip = true;
  int64_t cache = 1024;
  std::string masks;
  MosaicConfig mosaics;

  int64_t cache_bytes() const { return cache << 20; }

  template <typename Visitor>
  void visit(Visitor& v) {
    v("pairs", pairs,
      "where pairs come from: side-by-side pictures, two folders A and B of equal names, mosaics "
      "made of photographs, photographs and small copies of them, or nowhere: two domains, "
      "unpaired, or a single set, of pictures or of points",
      Choices{"auto", "side-by-side", "folders", "mosaic", "reduced", "unpaired", "single",
              "points"});
    v("data-b", data_b, "unpaired: folder of domain b, if --data holds domain a alone");
    v("classes", classes, "unpaired: two class folders that are the domains, as daisy,roses");
    v("derive-b", derive_b,
      "unpaired: make domain b of every second picture: its edges or its negative",
      Choices{"none", "edges", "negative"});
    v("margin-a", margin_a, "unpaired: black pixels to put around each picture of domain a",
      Range{0, 1024});
    v("margin-b", margin_b,
      "unpaired: the same for b; 3 makes USPS digits as small in their frame as MNIST's",
      Range{0, 1024});
    v("reductions", reductions,
      "reduced: folder of small copies made elsewhere, named as the photographs");
    v("direction", direction, "which side is the input", Choices{"AtoB", "BtoA"});
    v("color", color, "channels of the pictures; auto is grey for IDX files, RGB for others",
      Choices{"auto", "grey", "rgb"});
    v("square", square,
      "pairs of files, domains, one set: how a picture becomes a square: stretched, as in the "
      "papers of translation, or its middle, "
      "in "
      "which round things stay round",
      Choices{"stretch", "middle"});
    v("load-size", load_size,
      "side that pictures are resized to before the random crop; 0 takes 286/256 of --size",
      Range{0, 8192});
    v("flip", flip, "mirror half of the training pictures; reduced: turn them too");
    v("cache", cache,
      "MB of memory for decoded pictures, of each side, so that later epochs need not read them",
      Range{0, 1 << 20});
    v("masks", masks,
      "mosaic pairs: folder of masks, NAME.png or NAME-mask.png, white where the mosaic is to be, "
      "as "
      "ganvas cam writes them; none draws regions");
    mosaics.visit(v);
  }
};

/// Which part of a data folder: "train", "val" or "test".
enum class Split { kTrain, kVal, kTest };

/// Whether pictures are cropped and flipped at random, or shown as they are.
enum class View { kAugmented, kPlain };

/// Opens a data folder. Layouts as in junyanz/pytorch-CycleGAN-and-pix2pix:
///
///     side-by-side  DIR/train/x.jpg holds A (left) and B (right) in one picture
///     folders       DIR/trainA/x.jpg and DIR/trainB/x.png, or DIR/A/train/ and DIR/B/train/
///     mosaic        DIR/train/x.jpg, or DIR/x.jpg, photographs; a is the photograph with a random
///                   mosaic, smoothly interpolated, and its mask (4 channels), b the photograph
///     reduced       DIR/train/x.jpg, or DIR/x.jpg, photographs, b; a is their bicubic reduction by
///                   task.scale, rounded to 8 bits, or the picture of that name in --reductions
///     single        pictures as data/pictures.h says: of folders, classes or IDX files
///     points        as data/points.h says: of a named mixture, a table, or pictures as densities
///     unpaired      the two folders with any names; or --data and --data-b, or two of --classes,
///                   each as data/pictures.h says; or every second picture and what --derive-b
///                   makes of the others
///
/// With View::kPlain a picture is resized to task.size (mosaic: cut to a multiple of 16 pixels;
/// reduced: cut to a multiple of the scale) and its mosaic depends on its number alone.
///   Throws Error if the folder is missing, has nothing for the split, or its two sides do not fit.
std::unique_ptr<Dataset> open_data(const std::filesystem::path& folder, Split split, View view,
                                   const DataConfig& config, const Task& task);

/// open_data(), or null if the folder has no pictures for that split.
std::unique_ptr<Dataset> open_data_if_any(const std::filesystem::path& folder, Split split,
                                          View view, const DataConfig& config, const Task& task);

/// The pairs of `config` with auto replaced by what lies in `folder` and what the method needs,
/// and the task's channels, scale and classes set.
///   Throws Error if nothing of a known layout lies there, UsageError if it does not serve `needs`.
void resolve_data(const std::filesystem::path& folder, Needs needs, DataConfig& config, Task& task);

}  // namespace ganvas
