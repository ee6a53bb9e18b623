// One set of images, with classes or without.
// SPDX-License-Identifier: Apache-2.0
#include "ganvas/data/images.h"

#include "ganvas/data/squares.h"

namespace ganvas {
namespace {

class Images final : public Dataset {
 public:
  Images(std::unique_ptr<ImageSet> images, const DataRequest& request, const SquareConfig& config)
      : images_(std::move(images), request.view, config, request.spec) {}

  int64_t size() const override { return images_.size(); }
  std::string mark() const override { return images_.mark(); }
  std::string fitting() const override { return images_.fitting(); }

  Sample get(int64_t i, Random random) const override {
    const auto image = images_.draw(i, random);
    Sample sample{image.pixels, {}, image.name};
    sample.label_a = image.label;
    return sample;
  }

 private:
  Squares images_;
};

}  // namespace

std::unique_ptr<Dataset> open_images(const DataRequest& request, const SquareConfig& config) {
  const auto& spec = request.spec;
  auto images = open_image_set(request.folder, request.split, spec.channels_a, spec.classes());
  if (!images) return nullptr;
  return std::make_unique<Images>(std::move(images), request, config);
}

}  // namespace ganvas
