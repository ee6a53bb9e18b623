// Photographs of which a part is hidden: what pairs are made of on the fly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ganvas/data/dataset.h"
#include "ganvas/data/image_set.h"
#include "ganvas/data/layout.h"
#include "ganvas/data/read_config.h"
#include "ganvas/data/sample_cache.h"

namespace ganvas {

/// Where the photographs' regions come from.
struct MaskConfig {
  std::string masks;

  template <typename Visitor>
  void visit(Visitor& v) {
    v("masks", masks,
      "folder of masks, NAME.png or NAME-mask.png, white where the image is to be hidden, as "
      "ganvas "
      "cam writes them; none draws regions");
  }
};

/// Photographs in their own size, and random crops of them, with the regions of their masks. Threads may
/// share one.
class Photographs {
 public:
  /// multiple: what the sides of whole photographs are cut to multiples of
  Photographs(std::vector<std::filesystem::path> files, const DataRequest& request,
              const ReadConfig& read, const MaskConfig& masks, int64_t multiple);

  int64_t size() const { return static_cast<int64_t>(files_.size()); }
  std::string mark() const { return files_mark(files_); }

  struct Shown {
    Tensor image;   // [C, H, W] float in [-1, 1]
    Tensor region;  // [1, H, W], 1 inside; undefined where there are no masks, or all is outside
    std::string name;
  };

  /// Photograph i: in plain view whole, and what else is drawn from `random` then depends on i alone.
  ///   Throws Error if its file is broken, or has no mask where there are masks.
  Shown show(int64_t i, Random& random) const;

 private:
  Tensor read(const std::filesystem::path& path) const;
  Tensor whole(const Tensor& levels) const;
  Tensor random_crop(const Tensor& levels, Random& random) const;

  std::vector<std::filesystem::path> files_;
  View view_;
  bool flip_;
  FrameSize size_;
  int64_t channels_, multiple_;
  std::string mask_folder_;
  std::map<std::string, std::filesystem::path> masks_;  // by their stem
  mutable SampleCache<DomainImage> kept_;
};

}  // namespace ganvas
