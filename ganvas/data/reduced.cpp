// Photographs and small copies of them, for super-resolution.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/reduced.h"

#include <map>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/kept.h"
#include "ganvas/data/layout.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/lay.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

/// A photograph and its small copy, [C, s H, s W] and [C, H, W], float in [-1, 1] or uint8.
struct Both {
  Tensor large, small;
  std::vector<Tensor> tensors() const { return {large, small}; }
};

class Reduced final : public Dataset {
 public:
  Reduced(std::vector<fs::path> files, View view, const DataConfig& config, const Task& task)
      : files_(std::move(files)),
        view_(view),
        config_(config),
        task_(task),
        kept_(static_cast<int64_t>(files_.size()), config.cache_bytes()) {
    require(config.reductions.empty() || fs::is_directory(config.reductions),
            "--reductions: ", config.reductions, ": no such folder");
    if (!config.reductions.empty()) reductions_ = files_by_stem(config.reductions);
  }

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }

  Sample get(int64_t i, Random random) const override {
    const auto n = static_cast<size_t>(i);
    const auto name = files_.at(n).stem().string();
    if (view_ == View::kPlain) {
      const auto both = read(n);
      return {both.small, both.large, name};
    }
    const auto both = kept_.get(i, [&] {
      const auto numbers = read(n);
      return Both{to_levels(numbers.large), to_levels(numbers.small)};
    });
    const int64_t s = task_.scale, side = task_.size / s;
    const int64_t height = both.small.size(1), width = both.small.size(2);
    require(height >= side && width >= side, files_[n].string(), ": got ", width * s, " x ",
            height * s, " pixels, expected at least --size ", task_.size, " each way");
    const int64_t top = random.integer(0, height - side), left = random.integer(0, width - side);
    const int64_t way = config_.flip ? random.integer(0, kWays - 1) : 0;
    const auto cut = [&](const Tensor& picture, int64_t factor) {
      const auto part =
          picture.narrow(1, factor * top, factor * side).narrow(2, factor * left, factor * side);
      return from_levels(laid(part, way));
    };
    return {cut(both.small, 1), cut(both.large, s), name};
  }

 private:
  Both read(size_t n) const {
    const int64_t s = task_.scale;
    const auto whole = to_tensor(read_image(files_[n]), task_.channels_b);
    Both both;
    if (config_.reductions.empty()) {
      const int64_t height = whole.size(1) / s, width = whole.size(2) / s;
      require(height > 0 && width > 0, files_[n].string(), ": got ", whole.size(2), " x ",
              whole.size(1), " pixels, which is too small to reduce");
      both.large = whole.narrow(1, 0, height * s).narrow(2, 0, width * s).contiguous();
      both.small = reduce(both.large, s);
      return both;
    }
    const auto& path = partner(files_[n]);
    both.small = to_tensor(read_image(path), task_.channels_a);
    const int64_t height = s * both.small.size(1), width = s * both.small.size(2);
    require(height <= whole.size(1) && width <= whole.size(2) && height + s > whole.size(1) &&
                width + s > whole.size(2),
            path.string(), ": got ", both.small.size(2), " x ", both.small.size(1),
            " pixels, expected 1/", s, " of ", whole.size(2), " x ", whole.size(1));
    both.large = whole.narrow(1, 0, height).narrow(2, 0, width).contiguous();
    return both;
  }

  const fs::path& partner(const fs::path& file) const {
    const auto found = reductions_.find(file.stem().string());
    require(found != reductions_.end(), file.string(),
            ": has no partner of this name in --reductions ", config_.reductions);
    return found->second;
  }

  std::vector<fs::path> files_;
  std::map<std::string, fs::path> reductions_;  // made elsewhere, by their stem
  View view_;
  DataConfig config_;
  Task task_;
  mutable Kept<Both> kept_;
};

}  // namespace

std::unique_ptr<Dataset> open_reduced(const fs::path& root, Split split, View view,
                                      const DataConfig& config, const Task& task) {
  return std::make_unique<Reduced>(photographs_in(split_folder(root, split)), view, config, task);
}

}  // namespace ganvas
