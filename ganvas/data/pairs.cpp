// Data sets of pairs: side by side, in two folders, and mosaics made of photographs.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/pairs.h"

#include <algorithm>

#include <ATen/ops/cat.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/crop.h"
#include "ganvas/data/kept.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/pictures.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/region.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

/// Both sides of a pair, [C, H, W] uint8 each.
struct Both {
  Tensor a, b;
  std::vector<Tensor> tensors() const { return {a, b}; }
};

/// Pairs of squares, kept from epoch to epoch.
class Pairs : public Dataset {
 public:
  Pairs(View view, const DataConfig& config, const Task& task, size_t count)
      : cropper_(view, config, task),
        channels_(task.channels_b),
        is_forward_(config.direction == "AtoB"),
        kept_(static_cast<int64_t>(count), config.cache_bytes()) {}

  /// The pair in its direction; both sides get the same crop.
  Sample get(int64_t i, Random random) const override {
    const auto both = kept_.get(i, [&] {
      const auto whole = read_pair(i);
      return Both{cropper_.square(whole.a), cropper_.square(whole.b)};
    });
    const auto crop = cropper_.draw(random);
    return {crop(is_forward_ ? both.a : both.b), crop(is_forward_ ? both.b : both.a), name(i)};
  }

 protected:
  virtual Both read_pair(int64_t i) const = 0;
  virtual std::string name(int64_t i) const = 0;

  Tensor read(const fs::path& path) const { return levels_of(read_image(path), channels_); }

 private:
  Cropper cropper_;
  int64_t channels_;
  bool is_forward_;
  mutable Kept<Both> kept_;
};

class SideBySide final : public Pairs {
 public:
  SideBySide(std::vector<fs::path> files, View view, const DataConfig& config, const Task& task)
      : Pairs(view, config, task, files.size()), files_(std::move(files)) {}

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

 private:
  std::string name(int64_t i) const override { return file(i).stem().string(); }

  Both read_pair(int64_t i) const override {
    const auto both = read(file(i));  // [C, H, 2 W]
    require(both.size(2) % 2 == 0, file(i).string(), ": got a width of ", both.size(2),
            " pixels, expected two halves of equal width side by side");
    const int64_t half = both.size(2) / 2;
    return {both.narrow(2, 0, half), both.narrow(2, half, half)};
  }

  const fs::path& file(int64_t i) const { return files_.at(static_cast<size_t>(i)); }

  std::vector<fs::path> files_;
};

/// Files of equal names.
using Partners = std::vector<std::pair<fs::path, fs::path>>;

Partners partners(const fs::path& a, const fs::path& b) {
  Partners files;
  const auto by_stem = files_by_stem(b);
  for (const auto& path : image_files(a)) {
    const auto partner = by_stem.find(path.stem().string());
    require(partner != by_stem.end(), path.string(), ": has no partner of this name in ",
            b.string());
    files.emplace_back(path, partner->second);
  }
  return files;
}

class TwoFolders final : public Pairs {
 public:
  TwoFolders(Partners files, View view, const DataConfig& config, const Task& task)
      : Pairs(view, config, task, files.size()), files_(std::move(files)) {}

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

 private:
  std::string name(int64_t i) const override { return both(i).first.stem().string(); }

  Both read_pair(int64_t i) const override {
    const auto& [path_a, path_b] = both(i);
    const auto a = read(path_a), b = read(path_b);
    require(a.sizes() == b.sizes(), path_a.string(), ": got ", a.size(2), " x ", a.size(1),
            " pixels, but its partner ", path_b.string(), " has ", b.size(2), " x ", b.size(1),
            ", expected equal sizes");
    return {a, b};
  }

  const std::pair<fs::path, fs::path>& both(int64_t i) const {
    return files_.at(static_cast<size_t>(i));
  }

  Partners files_;
};

class Mosaics final : public Dataset {
 public:
  Mosaics(std::vector<fs::path> files, View view, const DataConfig& config, const Task& task)
      : files_(std::move(files)),
        view_(view),
        config_(config),
        size_(task.size),
        channels_(task.channels_b),
        kept_(static_cast<int64_t>(files_.size()), config.cache_bytes()) {
    if (!config.masks.empty()) masks_ = files_by_stem(config.masks);
  }

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

  Sample get(int64_t i, Random random) const override {
    const auto& path = files_.at(static_cast<size_t>(i));
    const auto name = path.stem().string();
    const auto whole = kept_.get(i, [&] { return Picture{read(path), name}; }).pixels;
    if (view_ == View::kPlain) random = Random(/*seed=*/0, /*stream=*/7, static_cast<uint64_t>(i));
    const auto seen =
        from_levels(view_ == View::kPlain ? whole_cells(whole) : random_crop(whole, random));
    const auto picture = seen.narrow(0, 0, channels_);
    Mosaic mosaic;
    mosaic.grid = draw_grid(config_.mosaics, random);
    mosaic.mask = cells_of_region(region_of(seen, random), mosaic.grid);
    const auto pixelated = draw_pixelated(picture, mosaic, config_.mosaics, random);
    const auto smooth = smooth_cells(pixelated, mosaic);
    return {at::cat({smooth, mosaic.mask * 2 - 1}), picture, name, mosaic, pixelated};
  }

 private:
  /// The photograph as [C, H, W] uint8; with masks their region is one more channel, 0 or 255.
  Tensor read(const fs::path& path) const {
    const auto picture = levels_of(read_image(path), channels_);
    if (config_.masks.empty()) return picture;
    auto found = masks_.find(path.stem().string());
    if (found == masks_.end()) found = masks_.find(path.stem().string() + "-mask");
    require(found != masks_.end(), path.string(), ": has no mask of this name in --masks ",
            config_.masks);
    const auto region = read_region(found->second, picture.size(1), picture.size(2));
    return at::cat({picture, to_levels(region * 2 - 1)});
  }

  /// The part of the mask that is seen; a drawn region where there is none.
  Tensor region_of(const Tensor& seen, Random& random) const {
    const auto drawn = draw_region(config_.mosaics, seen.size(1), seen.size(2), random);
    if (config_.masks.empty()) return drawn;
    const auto masked = seen.narrow(0, channels_, 1).gt(0).to(at::kFloat);
    return masked.any().item<bool>() ? masked : drawn;
  }

  static Tensor whole_cells(const Tensor& picture) {
    constexpr int64_t kMultiple = 16;
    const int64_t height = picture.size(1) / kMultiple * kMultiple;
    const int64_t width = picture.size(2) / kMultiple * kMultiple;
    return picture.narrow(1, 0, height).narrow(2, 0, width);
  }

  Tensor random_crop(const Tensor& whole, Random& random) const {
    auto picture = whole;
    const int64_t shorter = std::min(picture.size(1), picture.size(2));
    if (shorter < size_) {
      const auto grown = [&](int64_t side) { return (side * size_ + shorter - 1) / shorter; };
      picture = resize(picture, grown(picture.size(1)), grown(picture.size(2)));
    }
    const int64_t top = random.integer(0, picture.size(1) - size_);
    const int64_t left = random.integer(0, picture.size(2) - size_);
    const auto part = picture.narrow(1, top, size_).narrow(2, left, size_);
    const bool flips = config_.flip && random.chance(0.5);
    return flips ? mirrored(part) : part;
  }

  std::vector<fs::path> files_;
  View view_;
  DataConfig config_;
  int64_t size_, channels_;
  std::map<std::string, fs::path> masks_;  // by their stem
  mutable Kept<Picture> kept_;
};

}  // namespace

std::unique_ptr<Dataset> open_pairs(const fs::path& root, Split split, View view,
                                    const DataConfig& config, const Task& task) {
  if (config.pairs == "folders") {
    const auto sides = side_folders(root, split);
    if (!sides) return nullptr;
    return std::make_unique<TwoFolders>(partners(sides->first, sides->second), view, config, task);
  }
  auto files = photographs_in(split_folder(root, split));
  if (config.pairs == "mosaic") {
    return std::make_unique<Mosaics>(std::move(files), view, config, task);
  }
  return std::make_unique<SideBySide>(std::move(files), view, config, task);
}

}  // namespace ganvas
