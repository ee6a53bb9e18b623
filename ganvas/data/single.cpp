// One set of pictures, with classes or without.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/single.h"

#include "ganvas/data/squares.h"

namespace ganvas {
namespace {

class Single final : public Dataset {
 public:
  Single(std::unique_ptr<PictureSet> pictures, View view, const DataConfig& config,
         const Task& task)
      : pictures_(std::move(pictures), view, config, task) {}

  int64_t size() const override { return pictures_.size(); }

  Sample get(int64_t i, Random random) const override {
    const auto picture = pictures_.draw(i, random);
    Sample sample{picture.pixels, {}, picture.name};
    sample.label_a = picture.label;
    return sample;
  }

 private:
  Squares pictures_;
};

}  // namespace

std::unique_ptr<Dataset> open_single(const std::filesystem::path& root, Split split, View view,
                                     const DataConfig& config, const Task& task) {
  auto pictures = open_pictures(root, split, task.channels_a, task.classes());
  if (!pictures) return nullptr;
  return std::make_unique<Single>(std::move(pictures), view, config, task);
}

}  // namespace ganvas
