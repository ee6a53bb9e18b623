// Data sets of pairs: side by side, in two folders, and mosaics made of photographs.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include <ATen/ops/cat.h>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/dataset.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

std::string split_name(Split split) {
  return split == Split::kTrain ? "train" : split == Split::kVal ? "val" : "test";
}

std::vector<fs::path> image_files(const fs::path& folder) {
  auto files = list_files(folder);
  std::erase_if(files, [](const fs::path& path) { return !has_image_name(path); });
  return files;
}

/// The folders of the two sides, where there are two.
std::optional<std::pair<fs::path, fs::path>> side_folders(const fs::path& root,
                                                          const std::string& split) {
  const std::pair<fs::path, fs::path> flat{root / (split + "A"), root / (split + "B")};
  const std::pair<fs::path, fs::path> deep{root / "A" / split, root / "B" / split};
  for (const auto& both : {flat, deep}) {
    if (fs::is_directory(both.first) && fs::is_directory(both.second)) return both;
  }
  return std::nullopt;
}

/// The same random crop, flip and sizes for both sides of a pair.
struct Crop {
  int64_t load, size, left, top;
  bool mirrored;

  Tensor operator()(const Tensor& picture) const {
    auto part = resize(picture, load, load).narrow(1, top, size).narrow(2, left, size);
    const std::vector<int64_t> across = {2};
    return (mirrored ? part.flip(across) : part).contiguous();
  }
};

class Pairs : public Dataset {
 public:
  Pairs(View view, const DataConfig& config, const Task& task)
      : view_(view), config_(config), task_(task) {
    load_ = config.load_size > 0 ? config.load_size
                                 : std::lround(static_cast<double>(task.size) * 286 / 256);
    require_usage(load_ >= task.size, "--load-size: got ", load_, ", expected at least --size ",
                  task.size);
  }

 protected:
  Sample cropped(const Tensor& a, const Tensor& b, const fs::path& path, Random& random) const {
    Crop crop{task_.size, task_.size, 0, 0, false};
    if (view_ == View::kAugmented) {
      crop = {load_, task_.size, random.integer(0, load_ - task_.size),
              random.integer(0, load_ - task_.size), config_.flip && random.chance(0.5)};
    }
    const bool forward = config_.direction == "AtoB";
    return {crop(forward ? a : b), crop(forward ? b : a), path.stem().string()};
  }

  View view_;
  DataConfig config_;
  Task task_;
  int64_t load_;
};

class SideBySide final : public Pairs {
 public:
  SideBySide(std::vector<fs::path> files, View view, const DataConfig& config, const Task& task)
      : Pairs(view, config, task), files_(std::move(files)) {}

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

  Sample get(int64_t i, Random random) const override {
    const auto& path = files_.at(static_cast<size_t>(i));
    const auto both = to_tensor(read_image(path), 3);  // [3, H, 2 W]
    require(both.size(2) % 2 == 0, path.string(), ": got a width of ", both.size(2),
            " pixels, expected two halves of equal width side by side");
    const int64_t half = both.size(2) / 2;
    return cropped(both.narrow(2, 0, half), both.narrow(2, half, half), path, random);
  }

 private:
  std::vector<fs::path> files_;
};

class TwoFolders final : public Pairs {
 public:
  TwoFolders(const fs::path& a, const fs::path& b, View view, const DataConfig& config,
             const Task& task)
      : Pairs(view, config, task) {
    std::map<std::string, fs::path> by_stem;
    for (const auto& path : image_files(b)) by_stem[path.stem().string()] = path;
    for (const auto& path : image_files(a)) {
      const auto partner = by_stem.find(path.stem().string());
      require(partner != by_stem.end(), path.string(), ": has no partner of this name in ",
              b.string());
      files_.emplace_back(path, partner->second);
    }
  }

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

  Sample get(int64_t i, Random random) const override {
    const auto& [path_a, path_b] = files_.at(static_cast<size_t>(i));
    const auto a = to_tensor(read_image(path_a), 3), b = to_tensor(read_image(path_b), 3);
    require(a.sizes() == b.sizes(), path_a.string(), ": got ", a.size(2), " x ", a.size(1),
            " pixels, but its partner ", path_b.string(), " has ", b.size(2), " x ", b.size(1),
            ", expected equal sizes");
    return cropped(a, b, path_a, random);
  }

 private:
  std::vector<std::pair<fs::path, fs::path>> files_;
};

class Mosaics final : public Dataset {
 public:
  Mosaics(std::vector<fs::path> files, View view, const DataConfig& config, const Task& task)
      : files_(std::move(files)), view_(view), config_(config), size_(task.size) {
    require_usage(config.least_cell <= config.most_cell, "--least-cell: got ", config.least_cell,
                  ", expected at most --most-cell ", config.most_cell);
  }

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

  Sample get(int64_t i, Random random) const override {
    const auto& path = files_.at(static_cast<size_t>(i));
    const auto whole = to_tensor(read_image(path), 3);
    if (view_ == View::kPlain) random = Random(/*seed=*/0, /*stream=*/7, static_cast<uint64_t>(i));
    const auto picture = view_ == View::kPlain ? whole_cells(whole) : random_crop(whole, random);
    const auto mosaic = random_mosaic(picture.size(1), picture.size(2), config_.least_cell,
                                      config_.most_cell, random);
    const auto smooth = smooth_cells(pixelate(picture, mosaic), mosaic);
    const auto mask = mosaic_mask(mosaic, picture.size(1), picture.size(2)) * 2 - 1;
    return {at::cat({smooth, mask}), picture, path.stem().string(), mosaic};
  }

 private:
  static Tensor whole_cells(const Tensor& picture) {
    constexpr int64_t kMultiple = 16;
    const int64_t height = picture.size(1) / kMultiple * kMultiple;
    const int64_t width = picture.size(2) / kMultiple * kMultiple;
    return picture.narrow(1, 0, height).narrow(2, 0, width).contiguous();
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
    const std::vector<int64_t> across = {2};
    const bool mirrored = config_.flip && random.chance(0.5);
    return (mirrored ? part.flip(across) : part).contiguous();
  }

  std::vector<fs::path> files_;
  View view_;
  DataConfig config_;
  int64_t size_;
};

/// The folder of a split, or the folder itself if the photographs lie in it directly.
fs::path split_folder(const fs::path& root, Split split) {
  const auto folder = root / split_name(split);
  return fs::is_directory(folder) ? folder : root;
}

}  // namespace

std::unique_ptr<Dataset> open_pairs(const fs::path& root, Split split, View view,
                                    const DataConfig& config, const Task& task) {
  require(fs::is_directory(root), "--data: ", root.string(), ": no such folder");
  std::unique_ptr<Dataset> data;
  if (config.pairs == "folders") {
    const auto sides = side_folders(root, split_name(split));
    require(sides.has_value(), "--data: ", root.string(), ": has no folders ", split_name(split),
            "A and ", split_name(split), "B");
    data = std::make_unique<TwoFolders>(sides->first, sides->second, view, config, task);
  } else {
    const auto folder = split_folder(root, split);
    auto files = image_files(folder);
    require(!files.empty(), "--data: ", folder.string(), ": has no image files");
    if (config.pairs == "mosaic") {
      data = std::make_unique<Mosaics>(std::move(files), view, config, task);
    } else {
      data = std::make_unique<SideBySide>(std::move(files), view, config, task);
    }
  }
  require(data->size() > 0, "--data: ", root.string(), ": has no image files for the split ",
          split_name(split));
  return data;
}

bool has_split(const fs::path& root, Split split, const DataConfig& config) {
  if (config.pairs == "folders") return side_folders(root, split_name(split)).has_value();
  const auto folder = root / split_name(split);
  return fs::is_directory(folder) && !image_files(folder).empty();
}

void resolve_data(const fs::path& root, DataConfig& config, Task& task) {
  require(fs::is_directory(root), "--data: ", root.string(), ": no such folder");
  if (config.pairs == "auto") {
    const bool two_folders = side_folders(root, "train") || side_folders(root, "test");
    config.pairs = two_folders ? "folders" : "side-by-side";
  }
  task.channels_a = config.pairs == "mosaic" ? 4 : 3;
  task.channels_b = 3;
}

}  // namespace ganvas
