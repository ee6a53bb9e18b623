// Photographs and small copies of them, for super-resolution.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/upscaling.h"

#include <map>

#include "ganvas/core/error.h"
#include "ganvas/core/files.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/sample_cache.h"
#include "ganvas/image/codec.h"
#include "ganvas/image/convert.h"
#include "ganvas/image/dihedral.h"
#include "ganvas/image/resize.h"

namespace ganvas {
namespace {

/// A photograph and its small copy, [C, s H, s W] and [C, H, W], float in [-1, 1] or uint8.
struct Both {
  Tensor large, small;
  bool is_deep = false;  // of more than 8 bits
  std::vector<Tensor> tensors() const { return {large, small}; }
};

Both for_keeping(const Both& both) {
  return both.is_deep ? both : Both{quantise(both.large), quantise(both.small)};
}

class Upscaling final : public Dataset {
 public:
  Upscaling(std::vector<fs::path> files, const DataRequest& request, const UpscalingConfig& config)
      : files_(std::move(files)),
        view_(request.view),
        config_(config),
        spec_(request.spec),
        kept_(static_cast<int64_t>(files_.size()), config.read.cache_bytes()) {
    require(config.reductions.empty() || is_folder(config.reductions),
            "--reductions: ", config.reductions, ": no such folder");
    if (!config.reductions.empty()) reductions_ = files_by_stem(config.reductions);
  }

  int64_t size() const override { return static_cast<int64_t>(files_.size()); }
  std::string mark() const override { return files_mark(files_); }

  Sample get(int64_t i, Random random) const override {
    const auto n = static_cast<size_t>(i);
    const auto name = files_.at(n).stem().string();
    if (view_ == View::kPlain) {
      const auto both = read(n);
      return {both.small, both.large, name};
    }
    const auto both = kept_.get(i, [&] { return for_keeping(read(n)); });
    const int64_t s = spec_.scale, side = spec_.side() / s;
    const int64_t height = both.small.size(1), width = both.small.size(2);
    require(height >= side && width >= side, files_[n].string(), ": got ", width * s, " x ",
            height * s, " pixels, expected at least --size ", spec_.side(), " each way");
    const int64_t top = random.integer(0, height - side), left = random.integer(0, width - side);
    const int64_t way = config_.read.flip ? random.integer(0, kDihedrals - 1) : 0;
    const auto cut = [&](const Tensor& image, int64_t factor) {
      const auto part =
          image.narrow(1, factor * top, factor * side).narrow(2, factor * left, factor * side);
      return dequantise(dihedral(part, way));
    };
    return {cut(both.small, 1), cut(both.large, s), name};
  }

 private:
  /// Small copies of more than 8 bits are not rounded to 8.
  Both read(size_t n) const {
    const int64_t s = spec_.scale;
    const auto file = read_image(files_[n]);
    const auto whole = to_tensor(file, spec_.channels_b);
    Both both;
    both.is_deep = file.bits > 8;
    if (config_.reductions.empty()) {
      const int64_t height = whole.size(1) / s, width = whole.size(2) / s;
      require(height > 0 && width > 0, files_[n].string(), ": got ", whole.size(2), " x ",
              whole.size(1), " pixels, which is too small to reduce");
      both.large = whole.narrow(1, 0, height * s).narrow(2, 0, width * s).contiguous();
      both.small = both.is_deep ? shrink(both.large, s) : reduce(both.large, s);
      return both;
    }
    const auto& path = partner(files_[n]);
    both.small = to_tensor(read_image(path), spec_.channels_a);
    const int64_t height = s * both.small.size(1), width = s * both.small.size(2);
    require(height <= whole.size(1) && width <= whole.size(2) && height + s > whole.size(1) &&
                width + s > whole.size(2),
            path.string(), ": got ", both.small.size(2), " x ", both.small.size(1),
            " pixels, expected 1/", s, " of ", whole.size(2), " x ", whole.size(1));
    both.large = whole.narrow(1, 0, height).narrow(2, 0, width).contiguous();
    return both;
  }

  const fs::path& partner(const fs::path& file) const {
    const auto name = file.stem().string();
    auto found = reductions_.find(name);
    if (found == reductions_.end()) found = reductions_.find(c10::str(name, "x", spec_.scale));
    require(found != reductions_.end(), file.string(),
            ": has no partner of this name in --reductions ", config_.reductions);
    return found->second;
  }

  std::vector<fs::path> files_;
  std::map<std::string, fs::path> reductions_;  // made elsewhere, by their stem: NAME, or NAMEx4
  View view_;
  UpscalingConfig config_;
  ImageSpec spec_;
  mutable SampleCache<Both> kept_;
};

}  // namespace

std::unique_ptr<Dataset> open_upscaling(const DataRequest& request, const UpscalingConfig& config) {
  auto files = photographs_of(request);
  if (!files) return nullptr;
  return std::make_unique<Upscaling>(std::move(*files), request, config);
}

}  // namespace ganvas
