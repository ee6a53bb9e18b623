// Data sets: size() and get(i, random).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "ganvas/core/batch.h"
#include "ganvas/core/image_spec.h"
#include "ganvas/core/random.h"
#include "ganvas/core/tensor.h"
#include "ganvas/image/mosaic.h"
#include "ganvas/sampling/points.h"

namespace ganvas {

/// An image of each domain.
///
///   a: [C_a, H, W] float in [-1, 1];  b: [C_b, s H, s W], s the spec's scale; where
///   the data are one set, undefined
struct Sample {
  Tensor a, b;
  std::string name;                   // of a's file, without folder and extension
  std::optional<Mosaic> mosaic = {};  // where a differs from b, if a was pixelated
  Tensor pixelated = {};              // b with that mosaic, which a was made of
  Tensor mask = {};                   // [1, H, W], 1 where a hides b, if a part of a is hidden
  int64_t label_a = kNoLabel, label_b = kNoLabel;
};

/// Samples by number. Threads may call get() at once.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual int64_t size() const = 0;

  /// How many different images each side has; in plain view samples show them from the first on.
  virtual int64_t count_a() const { return size(); }
  virtual int64_t count_b() const { return size(); }

  /// What changes if other files come to be learned from: files_mark() of them; empty of what has none.
  virtual std::string mark() const { return ""; }

  /// How images come to the size that is learned from, for people; empty where they keep theirs.
  virtual std::string fitting() const { return ""; }

  /// Where the mass of points is known to lie.
  virtual Modes modes() const { return {}; }

  /// Sample i, a pure function of i and of what `random` gives. Throws Error if its file is broken.
  virtual Sample get(int64_t i, Random random) const = 0;
};

/// Which part of a data folder: "train", "val" or "test".
enum class Split { kTrain, kVal, kTest };

/// Whether images are cropped and flipped at random, or shown as they are.
enum class View { kAugmented, kPlain };

/// What serves a split that has no folder of its own: the whole folder, or nothing.
enum class Fallback { kWholeFolder, kNone };

/// What is to be opened.
struct DataRequest {
  std::filesystem::path folder;
  Split split = Split::kTrain;
  View view = View::kPlain;
  ImageSpec spec = {};
  Fallback fallback = Fallback::kWholeFolder;
};

}  // namespace ganvas
