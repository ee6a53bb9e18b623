// One set of images, with classes or without.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/images.h"

#include "ganvas/data/squares.h"

namespace ganvas {
namespace {

class Images final : public Dataset {
 public:
  Images(std::unique_ptr<PictureSet> pictures, const DataRequest& request,
         const SquareConfig& config)
      : pictures_(std::move(pictures), request.view, config, request.spec) {}

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

std::unique_ptr<Dataset> open_images(const DataRequest& request, const SquareConfig& config) {
  const auto& spec = request.spec;
  auto pictures = open_pictures(request.folder, request.split, spec.channels_a, spec.classes());
  if (!pictures) return nullptr;
  return std::make_unique<Images>(std::move(pictures), request, config);
}

}  // namespace ganvas
