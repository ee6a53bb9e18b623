// Images that belong together, from files: side by side, or in two folders.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/pairs.h"

#include <algorithm>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/core/log.h"
#include "ganvas/data/crop.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/list_file.h"
#include "ganvas/data/name_pairs.h"
#include "ganvas/data/sample_cache.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"

namespace ganvas {
namespace {

/// Both sides of a pair, [C, H, W] as levels_of() gives each.
struct Both {
  Tensor a, b;
  std::vector<Tensor> tensors() const { return {a, b}; }
};

/// Pairs of squares, kept from epoch to epoch.
class Pairs : public Dataset {
 public:
  Pairs(const DataRequest& request, const PairsConfig& config, size_t count)
      : cropper_(request.view, config.squares, request.spec),
        channels_(request.spec.channels_b),
        is_forward_(config.direction == Direction::kAtoB),
        kept_(static_cast<int64_t>(count), config.squares.read.cache_bytes()) {}

  std::string fitting() const override {
    return describe_fit(cropper_, size(), [&](int64_t i) { return frame_size(i); });
  }

  /// The pair in its direction; both sides get the same crop.
  Sample get(int64_t i, Random random) const override {
    const auto both = kept_.get(i, [&] {
      const auto whole = read_pair(i);
      return Both{cropper_.fitted(whole.a), cropper_.fitted(whole.b)};
    });
    const auto crop = cropper_.draw(both.a, random);
    return {crop(is_forward_ ? both.a : both.b), crop(is_forward_ ? both.b : both.a), name(i)};
  }

 protected:
  virtual Both read_pair(int64_t i) const = 0;
  virtual std::string name(int64_t i) const = 0;
  virtual FrameSize frame_size(int64_t i) const = 0;  // of a side

  Tensor read(const fs::path& path) const { return levels_of(read_image(path), channels_); }

 private:
  Cropper cropper_;
  int64_t channels_;
  bool is_forward_;
  mutable SampleCache<Both> kept_;
};

class SideBySide final : public Pairs {
 public:
  SideBySide(std::vector<fs::path> files, const DataRequest& request, const PairsConfig& config)
      : Pairs(request, config, files.size()), files_(std::move(files)) {}

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

 private:
  std::string name(int64_t i) const override { return file(i).stem().string(); }
  std::string mark() const override { return files_mark(files_); }
  FrameSize frame_size(int64_t i) const override {
    const auto size = size_of_image(file(i));
    return {size.width / 2, size.height};
  }

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

/// The pairs of two folders. What has no partner is counted, and told.
///   Throws Error if most have none: these are no pairs.
Partners partners(const fs::path& a, const fs::path& b) {
  Partners files;
  const auto by_stem = files_by_stem(b);
  const auto all_a = image_files(a);
  for (const auto& path : all_a) {
    const auto partner = by_stem.find(path.stem().string());
    if (partner != by_stem.end()) files.emplace_back(path, partner->second);
  }
  const auto alone_a = std::ssize(all_a) - std::ssize(files);
  const auto alone_b = std::ssize(by_stem) - std::ssize(files);
  require(2 * std::ssize(files) >= std::min(std::ssize(all_a), std::ssize(by_stem)), a.string(),
          ", ", b.string(), ": got ", files.size(), " pairs of equal names from ", all_a.size(),
          " and ", by_stem.size(),
          " images, expected a partner for most; for two sets without pairs take cyclegan or "
          "another method of two domains");
  if (alone_a + alone_b > 0) {
    warn(c10::str(alone_a, " images of ", a.string(), " and ", alone_b, " of ", b.string(),
                  " have no partner of their name and are left out"));
  }
  return files;
}

/// The pairs of a list.
Partners partners(const FileList& list) {
  Partners files;
  for (const auto& line : list) {
    require(line.size() == 2, line[0].string(),
            ": is alone in its line of the list, expected a and b");
    files.emplace_back(line[0], line[1]);
  }
  return files;
}

class TwoFolders final : public Pairs {
 public:
  TwoFolders(Partners files, const DataRequest& request, const PairsConfig& config)
      : Pairs(request, config, files.size()), files_(std::move(files)) {}

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

 private:
  std::string name(int64_t i) const override { return both(i).first.stem().string(); }
  std::string mark() const override {
    std::vector<fs::path> files;
    for (const auto& [a, b] : files_) files.insert(files.end(), {a, b});
    return files_mark(files);
  }
  FrameSize frame_size(int64_t i) const override {
    const auto size = size_of_image(both(i).first);
    return {size.width, size.height};
  }

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

}  // namespace

Seam seam_of(const std::vector<fs::path>& files) {
  constexpr size_t kMostRead = 12;
  constexpr int64_t kBeside = 8;      // columns on either side that a seam stands out from
  constexpr double kTextured = 1;     // levels, under which nothing can stand out
  constexpr double kStandsOut = 1.5;  // of the median
  std::vector<double> contrasts;
  const size_t step = std::max<size_t>(1, files.size() / kMostRead);
  for (size_t i = 0; i < files.size(); i += step) {
    try {
      const auto pixels = to_tensor(read_image(files[i]), 3) * 127.5;
      const int64_t middle = pixels.size(2) / 2;
      if (middle <= kBeside) continue;
      const auto steps = (pixels.narrow(2, middle - kBeside, 2 * kBeside) -
                          pixels.narrow(2, middle - kBeside - 1, 2 * kBeside))
                             .abs()
                             .mean({0, 1});
      const double seam = steps[kBeside].item<double>();
      const double beside = (steps.sum().item<double>() - seam) / (2 * kBeside - 1);
      if (std::max(seam, beside) > kTextured) contrasts.push_back(seam / std::max(beside, 0.1));
    } catch (const Error&) {
      continue;  // a broken file is told when it is learned from
    }
  }
  if (contrasts.empty()) return Seam::kUnknown;
  const auto middle = contrasts.begin() + static_cast<std::ptrdiff_t>(contrasts.size() / 2);
  std::nth_element(contrasts.begin(), middle, contrasts.end());
  return *middle > kStandsOut ? Seam::kSeen : Seam::kNone;
}

std::unique_ptr<Dataset> open_pairs(const DataRequest& request, const PairsConfig& config) {
  if (config.layout == PairsLayout::kFolders) {
    if (const auto list = list_of(request.folder, request.split)) {
      return std::make_unique<TwoFolders>(partners(*list), request, config);
    }
    if (!config.names.empty()) {
      const auto own = request.folder / split_name(request.split);
      const bool has_own = is_folder(own);
      const bool has_splits = is_folder(request.folder / "train");
      if (!has_own && (has_splits || request.fallback == Fallback::kNone)) return nullptr;
      const auto found = pairs_by_name(has_own ? own : request.folder, config.names);
      if (!found.alone_a.empty() || !found.alone_b.empty()) {
        warn(c10::str("--names ", config.names, ": ", found.alone_a.size(), " files of a and ",
                      found.alone_b.size(), " of b have no partner and are left out"));
      }
      return std::make_unique<TwoFolders>(found.pairs, request, config);
    }
    const auto sides = side_folders(request.folder, request.split);
    if (!sides) return nullptr;
    return std::make_unique<TwoFolders>(partners(sides->first, sides->second), request, config);
  }
  const auto files = images_of(request);
  if (!files) return nullptr;
  return std::make_unique<SideBySide>(*files, request, config);
}

}  // namespace ganvas
